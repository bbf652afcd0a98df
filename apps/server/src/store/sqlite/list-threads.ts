import { StoreOverloaded } from "../../images/model/image-store.ts";
import { ListThread, type ListAsked, type ListRead, type ListThreadParts } from "./list-thread.ts";

/** The lists that are read at once. A long one leaves another thread for the others. */
const THREADS = 2;
/** The most lists that wait for a thread. */
const MOST_WAITING = 100;

/**
 * Reads lists in threads. SQLite answers without a pause, and a list that no index answers looks at every
 * image. In the process itself nothing else would be answered meanwhile.
 */
export class ListThreads {
  readonly #threads: readonly ListThread[];
  readonly #waiting: ((free: ListThread) => void)[] = [];

  constructor(parts: ListThreadParts) {
    this.#threads = Array.from({ length: THREADS }, () => new ListThread(parts));
  }

  list(asked: ListAsked): Promise<ListRead> {
    const thread = this.#freeThread();
    if (thread !== undefined) return this.#read(thread, asked);
    if (this.#waiting.length >= MOST_WAITING) {
      return Promise.reject(new StoreOverloaded("Too many lists wait for the database."));
    }
    return new Promise((resolve) => {
      this.#waiting.push((free) => resolve(this.#read(free, asked)));
    });
  }

  /** No list may be under way when this is called. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #read(thread: ListThread, asked: ListAsked): Promise<ListRead> {
    try {
      return await thread.list(asked);
    } finally {
      const free = this.#freeThread();
      if (free !== undefined) this.#waiting.shift()?.(free);
    }
  }

  #freeThread(): ListThread | undefined {
    return this.#threads.find(({ isBusy }) => !isBusy);
  }
}
