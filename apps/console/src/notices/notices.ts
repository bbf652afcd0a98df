import type { ComponentChildren } from "preact";
import { createStore } from "../ui/store.ts";

/** A message about something that was done, which stays until it is closed or others push it away. */
export interface Notice {
  readonly id: number;
  readonly kind: "done" | "refused";
  readonly message: ComponentChildren;
  /** Takes back what the message tells of. */
  readonly undo: (() => Promise<void>) | undefined;
}

const MOST_NOTICES = 4;
/** How long what was done is told, in milliseconds; what was refused stays. */
export const TOLD_FOR_MS = 20_000;

/** What is told at the moment, oldest first. */
export const notices = createStore<readonly Notice[]>([]);

let lastId = 0;

export function tell(kind: Notice["kind"], message: ComponentChildren, undo?: () => Promise<void>): void {
  lastId += 1;
  notices.set([...notices.get().slice(1 - MOST_NOTICES), { id: lastId, kind, message, undo }]);
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id));
}

export function dismissAll(): void {
  notices.set([]);
}
