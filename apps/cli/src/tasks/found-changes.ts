import type { MadeChange, TagChange } from "./tag-change.ts";

/** The changes that were found, and how the server makes them. */
export interface FoundChanges {
  readonly changes: readonly TagChange[];
  /** Why a change would be refused, as far as that is known beforehand. */
  readonly refusal: (change: TagChange) => Promise<string | undefined>;
  /** Finds out how all of them could be undone; asked before the first is made. */
  readonly undoHint: () => Promise<string | undefined>;
  /** Makes them. When the signal is aborted, what is under way is finished. */
  readonly make: (options: MakeOptions) => AsyncIterable<MadeChange>;
}

/** What {@link FoundChanges.make} takes. */
export interface MakeOptions {
  /** How many changes are under way at once, where each is a request. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}
