import type { PreauthorizedRemoval } from "./preauthorized-removal.ts";
import { StoreUnavailable } from "../../../images/model/image-store.ts";

/** The most removals of a batch, which locks all of their images. */
const MOST = 64;

interface Waiting {
  readonly removal: PreauthorizedRemoval;
  readonly resolve: (isDone: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Removes tags, and tells which were removed. Nothing is known of the others. */
type Perform = (removals: readonly PreauthorizedRemoval[]) => Promise<ReadonlySet<PreauthorizedRemoval>>;

/**
 * Gathers removals into batches. Each batch is one transaction, and so one commit. One batch is under way at a time,
 * and removals that come meanwhile are the next: two at once would be smaller, and pass over each other's images.
 */
export class RemovalBatcher {
  readonly #perform: Perform;
  readonly #waiting = new Map<string, Waiting>();
  #isUnderWay = false;
  #isScheduled = false;

  constructor(perform: Perform) {
    this.#perform = perform;
  }

  /**
   * Removes a tag with others. `false`: it was not removed, and a transaction of its own tells why. Rejects
   * with a {@link StoreUnavailable} when nobody knows.
   */
  remove(removal: PreauthorizedRemoval): Promise<boolean> {
    // A batch could not tell which of two removals of one tag was done.
    const key = `${removal.imageId.toLowerCase()} ${removal.tag}`;
    if (this.#waiting.has(key)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.#waiting.set(key, { removal, resolve, reject });
      this.#schedule();
    });
  }

  /** Input that is already there is read first, so that its removals join the batch. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#waiting.size === 0 || this.#isUnderWay) return;
    const group = [...this.#waiting].slice(0, MOST);
    for (const [key] of group) this.#waiting.delete(key);
    this.#isUnderWay = true;
    void this.#finish(group.map(([, waiting]) => waiting));
  }

  async #finish(group: readonly Waiting[]): Promise<void> {
    try {
      const done = await this.#perform(group.map(({ removal }) => removal));
      for (const { removal, resolve } of group) resolve(done.has(removal));
    } catch (error) {
      // Any other failure was rolled back and concerns one of them. Each finds out by itself.
      for (const { resolve, reject } of group) {
        if (error instanceof StoreUnavailable) reject(error);
        else resolve(false);
      }
    }
    this.#isUnderWay = false;
    this.#schedule();
  }
}
