import type { Backlog } from "./outbox.ts";
import type { TagEvent } from "./tag-event.ts";

/** An event that was given up. */
export interface GivenUpEvent {
  readonly destination: string;
  /** When, by the database's clock. */
  readonly givenUpAt: Date;
  readonly attempts: number;
  /** Why it was not taken the last time. */
  readonly error: string | null;
  readonly event: TagEvent;
}

/** Which events, of one destination: those of these ids, or all. */
export interface Chosen {
  readonly destination: string;
  readonly ids: readonly string[] | "all";
}

/** How much waits for a destination, and how much of it was given up. */
export interface DestinationState extends Backlog {
  /** Counted as far as the backlog is. */
  readonly givenUp: number;
}

/** What was given up of what was to be sent, and what still waits. */
export interface GivenUp {
  /** Of every destination that these name or of which something is there, in the order of their names. */
  states(named: readonly string[]): Promise<readonly DestinationState[]>;
  /** Of one destination or all, oldest first, those after an event of a destination. */
  list(query: {
    readonly destination: string | undefined;
    readonly after: { readonly destination: string; readonly id: string } | undefined;
    readonly limit: number;
  }): Promise<readonly GivenUpEvent[]>;
  /** Leaves events to be sent once more, at once. Resolves with their number. */
  retry(chosen: Chosen): Promise<number>;
  /** Forgets events that were given up. Resolves with their number. */
  drop(chosen: Chosen): Promise<number>;
  /** Forgets events that wait to be sent. Resolves with their number. */
  dropWaiting(chosen: Chosen): Promise<number>;
}
