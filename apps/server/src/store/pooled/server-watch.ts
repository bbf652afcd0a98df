import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailable } from "../../images/model/image-store.ts";

/** A connection of its own to a server, which only asks whether that answers. */
export interface Probe {
  /** Resolves when the server answers, whatever it says. Rejects when the connection fails. */
  ask(): Promise<void>;
  /** Whether, by its last answer, commits wait there for a standby that does not confirm them. */
  readonly isStalled?: boolean;
  close(): void;
}

/** The steps in which a probe's time is counted. Time in which this process itself stood still counts as one step. */
const STEPS = 10;
/** The pause between two probes of a silent server, in milliseconds. */
const PAUSE = 100;

/** The server does not answer at all, or is not there. Nobody waits for it. */
export class SilentServer extends StoreUnavailable {
  constructor(cause?: unknown) {
    super("The database server does not answer.", { cause });
  }
}

/** Whether something failed because a server is silent. */
export function isSilence(error: unknown): boolean {
  return error instanceof SilentServer || (error instanceof Error && isSilence(error.cause));
}

/**
 * Tells a slow server from a silent one, which is stopped, cut off or waits for others that are, and from one whose
 * commits wait for a standby. A probe asks it while something takes long, and then again and again until all is well.
 */
export class ServerWatch {
  readonly #open: () => Probe;
  readonly #timeout: number;
  readonly #all: ReadonlySet<ServerWatch>;
  readonly #onSilence: () => void;
  #kept: Probe | undefined;
  #asking: Promise<boolean> | undefined;
  #isSilent = false;
  #isStalled = false;
  #isClosed = false;

  /**
   * `timeout` is the time that a probe waits for its answer, in milliseconds. `all` are the watches of servers
   * that stand in for one another. `onSilence` is told once for each silence.
   */
  constructor(open: () => Probe, timeout: number, all: ReadonlySet<ServerWatch>, onSilence: () => void) {
    this.#open = open;
    this.#timeout = timeout;
    this.#all = all;
    this.#onSilence = onSilence;
  }

  /** Whether it was silent when it was last asked. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether commits were waiting for a standby when it was last asked. Reads go on meanwhile. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Whether the server answers. Never rejects. */
  answers(): Promise<boolean> {
    if (this.#isSilent) return Promise.resolve(false);
    this.#asking ??= this.#find().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  close(): void {
    this.#isClosed = true;
    this.#kept?.close();
  }

  async #find(): Promise<boolean> {
    if ((await this.#ask()) || this.#isClosed) return true;
    this.#isSilent = true;
    this.#isStalled = false;
    this.#onSilence();
    void this.#awaitReturn();
    return false;
  }

  #noteStall(isStalled: boolean): void {
    const begins = isStalled && !this.#isStalled;
    this.#isStalled = isStalled;
    if (begins) void this.#awaitCommits();
  }

  async #awaitCommits(): Promise<void> {
    while (this.#isStalled && !this.#isClosed) {
      await sleep(PAUSE, undefined, { ref: false });
      await this.answers();
    }
  }

  async #awaitReturn(): Promise<void> {
    while (this.#isSilent && !this.#isClosed) {
      await sleep(PAUSE, undefined, { ref: false });
      if (await this.#ask()) this.#isSilent = false;
    }
  }

  /** Asks over the connection of the last time, or over another where that has failed. */
  async #ask(): Promise<boolean> {
    if (this.#kept !== undefined) {
      const outcome = await this.#within(this.#kept);
      if (outcome === "answered") return this.#isThere(this.#kept);
      this.#drop();
      if (outcome === "silent") return false;
    }
    this.#kept = this.#open();
    const outcome = await this.#within(this.#kept);
    if (outcome === "answered" && !this.#isClosed) return this.#isThere(this.#kept);
    this.#drop();
    return false;
  }

  #isThere(probe: Probe): true {
    this.#noteStall(probe.isStalled ?? false);
    return true;
  }

  #drop(): void {
    this.#kept?.close();
    this.#kept = undefined;
  }

  async #within(probe: Probe): Promise<"answered" | "failed" | "silent"> {
    const answer = probe.ask().then(
      () => "answered" as const,
      () => "failed" as const,
    );
    const step = this.#timeout / STEPS;
    for (let waited = 0; waited < this.#timeout;) {
      const start = performance.now();
      const over = new AbortController();
      const pause = sleep(step, undefined, { signal: over.signal, ref: false });
      const outcome = await Promise.race([answer, pause.catch(() => undefined)]);
      over.abort();
      if (outcome !== undefined) return outcome;
      // What keeps one server of a cluster from answering may concern all, and the next is needed soon.
      if (waited === 0) for (const other of this.#all) void other.answers();
      waited += Math.min(performance.now() - start, 2 * step);
    }
    return "silent";
  }
}
