import { StoreOverloaded } from "../model/image-store.ts";

/** How many may wait for their turn; more would wait for longer than their callers do. */
const MOST_WAITING = 8;

/**
 * Lets one piece of work at a time be done by this process. A change of a thousand images keeps a connection and their locks
 * for as long as hundreds of single ones: several at once would leave those no connection.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Does the work when those before it are done. Rejects with a {@link StoreOverloaded} where too many wait. */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= MOST_WAITING) throw new StoreOverloaded("Too many changes of many images wait.");
    this.#waiting += 1;
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    try {
      await before;
    } finally {
      this.#waiting -= 1;
    }
    try {
      return await work();
    } finally {
      turn.resolve();
    }
  }
}
