import type { Logger } from "pino";
import { errorText } from "../../error-text.ts";
import { startWorker, type StartedWorker } from "./start-worker.ts";
import { WorkerSeat } from "./worker-seat.ts";

/** Processes that serve at one address. A worker that ends is replaced, until all are told to stop. */
export class WorkerGroup {
  readonly #listen: string;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #seats: WorkerSeat[] = [];
  #renewal: Promise<void> | undefined;
  #renewAgain = false;

  constructor(listen: string, log: Logger) {
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
    const setting = { listen: this.#listen, log: this.#log, stopping: this.#stopping.signal };
    for (const { worker } of started) this.#seats.push(new WorkerSeat(worker, setting));
    const failed = others.find((one) => one.status === "rejected");
    if (failed === undefined) return first.report;
    await this.stop();
    throw failed.reason;
  }

  /**
   * Replaces the workers one after the other, each once another answers in its place. Asked for meanwhile, it is done once
   * more: what the first ones read at their start may have changed since. The log tells of it. Never rejects.
   */
  renew(): Promise<void> {
    this.#renewAgain = true;
    this.#renewal ??= this.#renewAll().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Has every worker read its files anew. */
  reload(): void {
    for (const seat of this.#seats) seat.reload();
  }

  /** Whether each worker answers within `patience` milliseconds. */
  async answers(patience: number): Promise<boolean> {
    const answers = await Promise.all(this.#seats.map((seat) => seat.answers(patience)));
    return answers.every(Boolean);
  }

  /** Lets every worker answer its requests and end. Resolves with whether all did. */
  async stop(): Promise<boolean> {
    this.#stopping.abort();
    const ends = await Promise.all(this.#seats.map((seat) => seat.empty()));
    return ends.every(Boolean);
  }

  async #renewAll(): Promise<void> {
    while (this.#renewAgain && !this.#stopping.signal.aborted) {
      this.#renewAgain = false;
      this.#log.info("the workers are replaced one by one");
      try {
        for (const seat of this.#seats) await seat.renew();
        if (!this.#stopping.signal.aborted) this.#log.info("all workers were replaced");
      } catch (error) {
        this.#log.error(`the workers stay as they are; another could not be started: ${errorText(error)}`);
      }
    }
  }
}
