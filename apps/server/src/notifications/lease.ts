import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outbox } from "../images/model/outbox.ts";

/** How long a lease lasts, in milliseconds. */
export interface LeaseTimes {
  /** From when it was taken or renewed, by the database's clock. A holder that died has it no longer. */
  readonly duration: number;
  /** Between two renewals, and between two tries of others to take it. */
  readonly renewal: number;
  /** What is begun must be over in this time, so nothing is begun when less of it is left. */
  readonly reserve: number;
}

const LEASE_TIMES: LeaseTimes = { duration: 20_000, renewal: 3_000, reserve: 12_000 };

const NAME = "notifications";

/** Says which one of several processes sends. */
export class Lease {
  readonly #outbox: Pick<Outbox, "takeLease" | "endLease">;
  readonly #times: LeaseTimes;
  readonly #holder = randomUUID();
  #usableUntil = -Infinity;

  constructor(outbox: Pick<Outbox, "takeLease" | "endLease">, times: LeaseTimes = LEASE_TIMES) {
    this.#outbox = outbox;
    this.#times = times;
  }

  /** Whether this process has it for long enough to begin something. */
  get isHeld(): boolean {
    return performance.now() < this.#usableUntil;
  }

  /** Takes it and renews it until the signal; then lets others have it. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#take();
      await sleep(this.#times.renewal, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Lets others have it. */
  async end(): Promise<void> {
    this.#usableUntil = -Infinity;
    // Without a database it ends by itself.
    await this.#outbox.endLease(NAME, this.#holder).catch(() => undefined);
  }

  async #take(): Promise<void> {
    const { duration, reserve } = this.#times;
    // It began before the database said so, and at the latest now.
    const asked = performance.now();
    try {
      const isTaken = await this.#outbox.takeLease(NAME, this.#holder, duration);
      this.#usableUntil = isTaken ? asked + duration - reserve : -Infinity;
    } catch {
      // Where the database does not answer the lease that there was runs out.
    }
  }
}
