import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What is left of the time that a request may wait for the database, with all that it asks there. The time in
 * which its body comes in does not count.
 */
export class RequestTime {
  readonly #isAnswered: () => boolean;
  #left: number | undefined;

  /** From when `isAnswered` on nobody waits any more, and what is still done has all the time. */
  constructor(isAnswered: () => boolean) {
    this.#isAnswered = isAnswered;
  }

  /** What is left when there is so much at the beginning, in milliseconds. */
  leftOf(whole: number): number {
    return this.#isAnswered() || this.#left === undefined ? whole : Math.min(whole, this.#left);
  }

  /** Notes what is left now, in milliseconds. */
  note(left: number): void {
    this.#left = left;
  }
}

const current = new AsyncLocalStorage<RequestTime>();

/** Does something for a request; all that it leads to finds its time. */
export function withRequestTime(time: RequestTime, work: () => void): void {
  current.run(time, work);
}

/** The time of the request for which something is done, if it is for one. */
export function requestTime(): RequestTime | undefined {
  return current.getStore();
}
