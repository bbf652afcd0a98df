import { errorText } from "../error-text.ts";

/** The pauses before further tries, in milliseconds. The last stands for all after it. */
const PAUSES = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

/** Does work that must be done in the end. What fails is tried again until it succeeds or the process ends. */
export class TryAgain {
  readonly #report: (problem: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  /** `report` is told once of each piece of work that has failed. */
  constructor(report: (problem: string) => void) {
    this.#report = report;
  }

  /** Resolves after the first try. Never rejects. */
  async untilDone(what: string, work: () => Promise<void>): Promise<void> {
    const error = await failureOf(work);
    if (error === undefined) return;
    this.#report(`${what} failed and is tried again: ${errorText(error)}`);
    this.#later(work, 0);
  }

  /** Ends all further tries. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(work: () => Promise<void>, tries: number): void {
    if (this.#isClosed) return;
    const again = async (): Promise<void> => {
      this.#timers.delete(timer);
      if ((await failureOf(work)) !== undefined) this.#later(work, tries + 1);
    };
    const timer = setTimeout(() => void again(), PAUSES[Math.min(tries, PAUSES.length - 1)]);
    // A later process finds what is not done when this one ends.
    timer.unref();
    this.#timers.add(timer);
  }
}

async function failureOf(work: () => Promise<void>): Promise<Error | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
