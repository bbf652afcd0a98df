import type { PreauthorizedRemoval } from "./preauthorized-removal.ts";
import { StoreUnavailable } from "../../../images/model/image-store.ts";

/** How many removals a group has at most: it locks all of their images. */
const MOST = 64;

interface Waiting {
  readonly removal: PreauthorizedRemoval;
  readonly resolve: (isDone: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Removes tags and tells which were removed; of the others nothing is known. */
type Perform = (removals: readonly PreauthorizedRemoval[]) => Promise<ReadonlySet<PreauthorizedRemoval>>;

/**
 * Gathers removals into groups, each of which is one transaction, and so one commit, for all of them. One
 * group is under way at a time, and what comes meanwhile is the next: two at once would be smaller, and
 * pass over each other's images.
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
   * Removes a tag with others. `false`: it was not done, and is to be done by itself, which tells why.
   * Rejects with a {@link StoreUnavailable} when nobody knows.
   */
  remove(removal: PreauthorizedRemoval): Promise<boolean> {
    // Of two for one tag a group could not tell which it was.
    const key = `${removal.imageId.toLowerCase()} ${removal.tag}`;
    if (this.#waiting.has(key)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.#waiting.set(key, { removal, resolve, reject });
      this.#schedule();
    });
  }

  /** After the input that is already there has been read: its removals join the group. */
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
      // What else it failed by was taken back, and concerns one of them: each finds out by itself.
      for (const { resolve, reject } of group) {
        if (error instanceof StoreUnavailable) reject(error);
        else resolve(false);
      }
    }
    this.#isUnderWay = false;
    this.#schedule();
  }
}
