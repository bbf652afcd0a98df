import type { PlannedChange } from "./plan.ts";

/** A change that was made, by which it can be taken back. */
export interface MadeChange extends PlannedChange {
  readonly requestId: string | null;
}

/** A change that was not made, and why. */
export interface FailedChange {
  readonly change: PlannedChange;
  readonly error: Error;
}

/** What became of many changes so far. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly made: readonly MadeChange[];
  /** What somebody else came first with: tags that were gone, or were changed since. */
  readonly overtaken: number;
  readonly failures: readonly FailedChange[];
}

export type WorkState = "running" | "stopping" | "stopped" | "finished";

/** Is told how far the work is. */
export type Tell = (progress: Progress) => void;

/** How often progress is told, in milliseconds. */
const TELL_EVERY_MS = 100;

/** Counts what becomes of changes, and tells of it now and then. */
export class Tally {
  readonly #made: MadeChange[] = [];
  readonly #failures: FailedChange[] = [];
  readonly #total: number;
  readonly #tell: Tell;
  #overtaken = 0;
  #told = 0;

  constructor(total: number, tell: Tell) {
    this.#total = total;
    this.#tell = tell;
  }

  get progress(): Progress {
    const [made, failures, overtaken] = [this.#made, this.#failures, this.#overtaken];
    return { done: made.length + failures.length + overtaken, total: this.#total, made, overtaken, failures };
  }

  made(changes: readonly MadeChange[]): void {
    this.#made.push(...changes);
    this.#next();
  }

  overtaken(count: number): void {
    this.#overtaken += count;
    this.#next();
  }

  failed(changes: readonly PlannedChange[], error: Error): void {
    this.#failures.push(...changes.map((change) => ({ change, error })));
    this.#next();
  }

  tellNow(): void {
    this.#told = performance.now();
    this.#tell(this.progress);
  }

  #next(): void {
    if (performance.now() - this.#told >= TELL_EVERY_MS) this.tellNow();
  }
}
