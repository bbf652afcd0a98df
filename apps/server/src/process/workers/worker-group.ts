import type { Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { ListenAddress } from "../../config/server-settings.ts";
import { errorText } from "../../error-text.ts";
import { STOP } from "./messages.ts";
import { RestartPause } from "./restart-pause.ts";
import { startWorker, type StartedWorker } from "./start-worker.ts";

/** Processes that serve at one address. A worker that ends is replaced, until all are told to stop. */
export class WorkerGroup {
  readonly #listen: ListenAddress;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #kept: Promise<boolean>[] = [];

  constructor(listen: ListenAddress, log: Logger) {
    this.#listen = listen;
    this.#log = log;
  }

  /**
   * Starts so many workers. When one cannot be started, none is left. The first starts alone, and says what is
   * wrong before the others can say it too.
   */
  async start(count: number): Promise<StartedWorker["report"]> {
    const first = await startWorker(this.#listen);
    const others = await Promise.allSettled(
      Array.from({ length: count - 1 }, () => startWorker(this.#listen)),
    );
    const started = [first, ...others.flatMap((one) => (one.status === "fulfilled" ? one.value : []))];
    for (const { worker } of started) this.#kept.push(this.#keep(worker));
    const failed = others.find((one) => one.status === "rejected");
    if (failed === undefined) return first.report;
    await this.stop();
    throw failed.reason;
  }

  /** Lets every worker answer its requests and end. Resolves with whether all did. */
  async stop(): Promise<boolean> {
    this.#stopping.abort();
    const ends = await Promise.all(this.#kept);
    return ends.every(Boolean);
  }

  /** Replaces a worker whenever it ends, until all are to stop. Resolves with whether the last one ended in peace. */
  async #keep(started: Worker): Promise<boolean> {
    const pause = new RestartPause();
    let worker: Worker | undefined = started;
    let begun = performance.now();
    for (;;) {
      if (worker !== undefined) {
        const { code, signal } = await this.#ended(worker);
        if (this.#stopping.signal.aborted) return code === 0;
        this.#log.error(
          { worker: worker.process.pid, code, signal },
          "a worker ended; another takes its place",
        );
      }
      const milliseconds = pause.after(performance.now() - begun);
      await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      if (this.#stopping.signal.aborted) return true;
      begun = performance.now();
      worker = await startWorker(this.#listen).then(
        (again) => again.worker,
        (error: unknown) => {
          this.#log.error(`a worker could not be started: ${errorText(error)}`);
          return undefined;
        },
      );
    }
  }

  async #ended(worker: Worker): Promise<{ code: number | null; signal: string | null }> {
    // The worker may have ended while others were waited for.
    if (worker.isDead()) return { code: worker.process.exitCode, signal: worker.process.signalCode };
    const stop = (): void => {
      if (worker.isConnected()) worker.send(STOP);
    };
    if (this.#stopping.signal.aborted) stop();
    else this.#stopping.signal.addEventListener("abort", stop, { once: true });
    return await new Promise((resolve) => {
      worker.once("exit", (code: number | null, signal: string | null) => {
        this.#stopping.signal.removeEventListener("abort", stop);
        resolve({ code, signal });
      });
    });
  }
}
