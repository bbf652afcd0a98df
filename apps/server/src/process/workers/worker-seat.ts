import type { Worker } from "node:cluster";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { errorText } from "../../error-text.ts";
import { PING, RELOAD, RETIRE, STOP } from "./messages.ts";
import { RestartPause } from "./restart-pause.ts";
import { startWorker } from "./start-worker.ts";

/** The time that one who leaves is waited for before the next is replaced, in milliseconds. */
const PATIENCE = 30_000;

/** What the seats of a group share. */
export interface SeatSetting {
  readonly listen: string;
  readonly log: Logger;
  /** Aborted when every worker is to end. */
  readonly stopping: AbortSignal;
}

/** The place of one worker. Whoever ends there has another take the place, until all are to stop. */
export class WorkerSeat {
  readonly #setting: SeatSetting;
  readonly #pause = new RestartPause();
  /** Who serves here, and those before who still answer requests. */
  readonly #alive = new Set<Worker>();
  #serving: Worker | undefined;
  /** What has to be over before the seat is empty. */
  readonly #pending = new Set<Promise<void>>();
  /** Workers are started here one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #inPeace = true;

  constructor(worker: Worker, setting: SeatSetting) {
    this.#setting = setting;
    this.#take(worker);
  }

  /**
   * Has another worker take the place, and lets the one before go once that answers. Resolves when it is gone, or when it
   * was long waited for. Rejects when none can be started: then all is as before.
   */
  renew(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#setting.stopping.aborted) return;
      const { worker } = await startWorker(this.#setting.listen);
      const before = this.#serving;
      this.#take(worker);
      if (before === undefined) return;
      const gone = ended(before);
      tell(before, RETIRE);
      const waited = new AbortController();
      const stop = AbortSignal.any([waited.signal, this.#setting.stopping]);
      await Promise.race([
        gone,
        sleep(PATIENCE, undefined, { signal: stop, ref: false }).catch(() => undefined),
      ]);
      waited.abort();
    });
  }

  /** Whether who serves here answers within `patience` milliseconds. Where nobody does just now, another is under way. */
  async answers(patience: number): Promise<boolean> {
    const worker = this.#serving;
    if (worker === undefined) return true;
    const answered = once(worker, "message", { signal: AbortSignal.timeout(patience) }).then(
      () => true,
      () => worker.isDead(),
    );
    tell(worker, PING);
    return await answered;
  }

  /** Has whoever is alive here read its files anew. One that is just starting reads them by itself. */
  reload(): void {
    for (const worker of this.#alive) tell(worker, RELOAD);
  }

  /** Lets all answer their requests and end, once `stopping` is aborted. Resolves with whether all did. */
  async empty(): Promise<boolean> {
    for (const worker of this.#alive) tell(worker, STOP);
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
    return this.#inPeace;
  }

  #take(worker: Worker): void {
    this.#serving = worker;
    this.#alive.add(worker);
    if (this.#setting.stopping.aborted) tell(worker, STOP);
    this.#await(this.#watch(worker));
  }

  async #watch(worker: Worker): Promise<void> {
    const { log, stopping } = this.#setting;
    const begun = performance.now();
    const { code, signal } = await ended(worker);
    const wasServing = this.#serving === worker;
    if (wasServing) this.#serving = undefined;
    this.#alive.delete(worker);
    const whose = { worker: worker.process.pid, code, signal };
    if (stopping.aborted) {
      this.#inPeace &&= code === 0;
    } else if (wasServing) {
      log.error(whose, "a worker ended; another takes its place");
      void this.#inTurn(() => this.#refill(performance.now() - begun));
    } else if (code !== 0) {
      log.error(whose, "a worker that was replaced ended before its requests did");
    }
  }

  /** Starts another where nobody is, and tries until one answers. */
  async #refill(lifetime: number): Promise<void> {
    const { listen, log, stopping } = this.#setting;
    let lived = lifetime;
    while (this.#serving === undefined) {
      await sleep(this.#pause.after(lived), undefined, { signal: stopping }).catch(() => undefined);
      if (stopping.aborted) return;
      const begun = performance.now();
      try {
        this.#take((await startWorker(listen)).worker);
      } catch (error) {
        log.error(`a worker could not be started: ${errorText(error)}`);
        lived = performance.now() - begun;
      }
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    this.#await(done);
    return done;
  }

  #await(work: Promise<void>): void {
    this.#pending.add(work);
    const forget = () => void this.#pending.delete(work);
    work.then(forget, forget);
  }
}

function tell(worker: Worker, word: string): void {
  if (worker.isConnected()) worker.send(word);
}

async function ended(worker: Worker): Promise<{ code: number | null; signal: string | null }> {
  // The worker may have ended while others were waited for.
  if (worker.isDead()) return { code: worker.process.exitCode, signal: worker.process.signalCode };
  return await new Promise((resolve) => {
    worker.once("exit", (code: number | null, signal: string | null) => resolve({ code, signal }));
  });
}
