import { StoreOverloaded } from "../../images/model/image-store.ts";

/**
 * The most changes that may wait. The last of them waits for a part of a second: more would wait for longer
 * than their callers do.
 */
const MOST_WAITING = 1_000;

/** Counts what is under way on a database. It bounds the changes, and tells when all is over. */
export class Admission {
  readonly #underWay = new Set<Promise<unknown>>();
  #changes = 0;

  /** The changes that are under way. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether so many changes wait that another is refused. */
  get full(): boolean {
    return this.#changes >= MOST_WAITING;
  }

  /** Does a change unless too many wait. */
  async change<Result>(change: () => Promise<Result>): Promise<Result> {
    if (this.full) throw new StoreOverloaded("Too many changes wait for the database.");
    this.#changes += 1;
    try {
      return await this.track(change());
    } finally {
      this.#changes -= 1;
    }
  }

  /** Counts work among what is under way. */
  track<Result>(work: Promise<Result>): Promise<Result> {
    const forget = (): boolean => this.#underWay.delete(work);
    this.#underWay.add(work);
    work.then(forget, forget);
    return work;
  }

  /** Resolves when nothing is under way. A removal may begin another piece of work when its first is over. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}
