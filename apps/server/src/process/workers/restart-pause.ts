/** The pause before a worker is replaced the first time, and the longest, in milliseconds. */
const SHORTEST = 100;
const LONGEST = 5_000;
/** A worker that lived so long, in milliseconds, did not end of what ended those before it. */
const LONG_LIFE = 60_000;

/** How long to wait before one worker is replaced: twice as long each time, unless it lived long. */
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
