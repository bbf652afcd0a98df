/** The pause before a worker is first replaced, and the longest, in milliseconds. */
const SHORTEST = 100;
const LONGEST = 5_000;
/** The life after which a worker counts as sound, in milliseconds: it did not end of what ended those before it. */
const LONG_LIFE = 60_000;

/** The pause before a worker is replaced. It doubles each time, unless the worker lived long. */
export class RestartPause {
  #next = SHORTEST;

  /** The pause in milliseconds after a worker that lived `lifetime` milliseconds. */
  after(lifetime: number): number {
    if (lifetime >= LONG_LIFE) this.#next = SHORTEST;
    const pause = this.#next;
    this.#next = Math.min(2 * pause, LONGEST);
    return pause;
  }
}
