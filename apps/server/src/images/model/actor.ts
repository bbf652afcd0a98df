import type { Caller } from "../../identity/caller.ts";

/** Who makes a change, and in which request. */
export interface Actor {
  readonly caller: Caller;
  /** The id of the request, by which the log knows it too. */
  readonly requestId: string;
}
