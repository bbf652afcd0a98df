import { Worker } from "node:worker_threads";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import type { Attempt, CertainRemoval } from "../sql/removal/preauthorized-removal.ts";

/** Removals for one transaction, and its time as the columns hold it. */
export interface RemovalGroup {
  readonly removals: readonly CertainRemoval[];
  readonly now: string;
}

/**
 * What became of each, all of it durable; `undefined`: of none, for another process has the database's
 * lock, or the database refused one of the transaction, or to commit.
 */
export type RemovalReply = readonly Attempt[] | undefined;

/** The thread's file beside this one: as compiled, or as Node reads it in a test. */
const WORKER = new URL(`./removal-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** The thread keeps little: what it may take in megabytes, so that its garbage is collected early. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/**
 * A thread with a connection of its own that removes tags, so that the process goes on reading requests and
 * writing replies while the database works and the disk is flushed. Groups that have gathered while it worked
 * share its next transaction.
 */
export class RemovalThread {
  readonly #path: string;
  #worker: Worker | undefined;
  #ready = false;
  /** What it has been given, in that order. */
  readonly #underWay: PromiseWithResolvers<RemovalReply>[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether it can be given a group. The first call starts it, which takes a moment; one that failed stays ended. */
  available(): boolean {
    this.#worker ??= this.#start();
    return this.#ready;
  }

  /** Has a group done. Rejects when the thread ends meanwhile: what became of the group is not known then. */
  perform(group: RemovalGroup): Promise<RemovalReply> {
    const outcome = Promise.withResolvers<RemovalReply>();
    this.#underWay.push(outcome);
    this.#worker?.postMessage(group);
    return outcome.promise;
  }

  /** Closes its connection and ends it. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined || worker.threadId === -1) return;
    this.#ready = false;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close");
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { workerData: this.#path, resourceLimits: LIMITS });
    worker.on("message", (message: readonly RemovalReply[] | "ready") => {
      if (message === "ready") this.#ready = true;
      else for (const reply of message) this.#underWay.shift()?.resolve(reply);
    });
    let reason: unknown;
    worker.on("error", (error) => {
      reason = error;
    });
    worker.on("exit", () => {
      this.#ready = false;
      const error = new StoreUnavailable("The thread that removes tags has ended.", { cause: reason });
      for (const outcome of this.#underWay.splice(0)) outcome.reject(error);
    });
    return worker;
  }
}
