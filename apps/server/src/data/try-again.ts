import { errorText } from "../error-text.ts";

/** The pauses before something is tried again, in milliseconds; the last one stands for all after it. */
const PAUSES = [500, 1_000, 2_000, 5_000, 10_000, 30_000];

/** Does what must be done at last: what fails is tried again until it succeeds, or until the process ends. */
export class TryAgain {
  readonly #report: (problem: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  /** `report` is told once of each work that has failed. */
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

  /** From here on nothing is tried again. */
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
    // What is not done when the process ends is found at its next start.
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
