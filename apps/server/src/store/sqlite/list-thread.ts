import { Worker } from "node:worker_threads";
import type { CloudTagFilter, CloudTagsListed } from "../../images/model/cloud-tag.ts";
import type { ImageListFilter, ImagesListed } from "../../images/model/image-list-filter.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";

/** A list that is asked for. */
export type ListAsked =
  | { readonly of: "images"; readonly filter: ImageListFilter }
  | { readonly of: "tags"; readonly filter: CloudTagFilter };

/** A page of it. */
export type ListRead =
  | { readonly of: "images"; readonly page: ImagesListed | "no-marker" }
  | { readonly of: "tags"; readonly page: CloudTagsListed | "no-marker" };

/** What the thread needs to begin. */
export interface ListThreadParts {
  readonly path: string;
  /** Whether the file has a table for what becomes of tags. */
  readonly recordsEvents: boolean;
}

/** What became of a list. */
export type ListReply =
  | ListRead
  /** The database could not be read just now, and why. */
  | { readonly unavailable: string };

/** The thread's file beside this one: compiled, or in TypeScript as Node runs it in a test. */
const WORKER = new URL(`./list-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** The memory that the thread may take, in megabytes: a page or two, and garbage that is collected early. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 };

/** A thread with a connection of its own that reads one list at a time. The first list starts it. */
export class ListThread {
  readonly #parts: ListThreadParts;
  #worker: Worker | undefined;
  #underWay: PromiseWithResolvers<ListReply> | undefined;

  constructor(parts: ListThreadParts) {
    this.#parts = parts;
  }

  /** Whether it reads a list. */
  get isBusy(): boolean {
    return this.#underWay !== undefined;
  }

  /**
   * Reads a list. Rejects with {@link StoreUnavailable}, also when the thread ends meanwhile. The next list
   * starts another thread.
   */
  async list(asked: ListAsked): Promise<ListRead> {
    const underWay = Promise.withResolvers<ListReply>();
    this.#underWay = underWay;
    this.#worker ??= this.#start();
    this.#worker.postMessage(asked);
    const reply = await underWay.promise;
    if ("unavailable" in reply) throw new StoreUnavailable(reply.unavailable);
    return reply;
  }

  /** Closes its connection and ends it, after the list under way. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close");
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { workerData: this.#parts, resourceLimits: LIMITS });
    // The thread must not keep a process alive that has nothing else to do.
    worker.unref();
    worker.on("message", (reply: ListReply) => {
      const underWay = this.#underWay;
      this.#underWay = undefined;
      underWay?.resolve(reply);
    });
    let reason: unknown;
    worker.on("error", (error) => {
      reason = error;
    });
    worker.on("exit", () => {
      const underWay = this.#underWay;
      this.#worker = undefined;
      this.#underWay = undefined;
      underWay?.reject(new StoreUnavailable("The thread that reads lists has ended.", { cause: reason }));
    });
    return worker;
  }
}
