/** What became of one call that removes one tag of one image. */
export const REMOVALS = ["removed", "no-tag", "no-image", "refused", "failed"] as const;
export type ObservedRemoval = (typeof REMOVALS)[number];

/** Why a change was done again from its start. */
export const RETRIES = ["aborted", "duplicate-key", "unfit-server", "group-failed"] as const;
export type ObservedRetry = (typeof RETRIES)[number];

/** What the memory of tokens had: the token as good, as refused, or not at all. */
export const LOOKUPS = ["hit", "refused", "miss"] as const;
export type ObservedLookup = (typeof LOOKUPS)[number];

/** How a question to Keystone ended: with an answer below 500, with another one, or with none. */
export type ObservedAnswer = "answered" | "failing" | "unreachable";

/** What there was too much of. */
export const SHEDS = [
  "changes",
  "changes-of-caller",
  "changes-of-project",
  "connections",
  "pipelined-requests",
  "tokens",
] as const;
export type ObservedShed = (typeof SHEDS)[number];

/** What became of an event that was to be sent. */
export type ObservedDelivery = "sent" | "failed" | "given-up";

/**
 * Is told what happens inside, to count it. It must be quick and never throw: who tells it is in the midst of a request.
 * Times are in milliseconds.
 */
export interface Observer {
  removal(outcome: ObservedRemoval): void;
  retried(cause: ObservedRetry): void;
  /** A durable commit of so many changes together on SQLite. */
  sqliteCommitted(changes: number, took: number): void;
  tokenLookup(found: ObservedLookup): void;
  keystoneAsked(answer: ObservedAnswer, took: number): void;
  shed(of: ObservedShed): void;
  /** Bytes of bodies between a caller and Glance. */
  passed(direction: "to-glance" | "from-glance", bytes: number): void;
  delivery(destination: string, outcome: ObservedDelivery, events: number): void;
  /** A reply to what could not be read as a request. */
  unparsed(status: number): void;
}

/** Who is told; `undefined`: nobody, which costs nothing. One process has one, as it has one processor time. */
export let observer: Observer | undefined;

/** Has it told of everything from now on, until that is disposed of. */
export function observeWith(next: Observer): Disposable {
  observer = next;
  return {
    [Symbol.dispose]() {
      if (observer === next) observer = undefined;
    },
  };
}
