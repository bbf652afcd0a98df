import { InvalidOptionError } from "./errors.ts";

/** The longest delay of `setTimeout`; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The time limit, if it is one: over 0 and up to 2^31 - 1 milliseconds, or `Infinity` for none. */
export function checkTimeLimit(timeoutMs: unknown): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) {
    if (timeoutMs <= LONGEST_DELAY_MS || timeoutMs === Infinity) return timeoutMs;
  }
  throw new InvalidOptionError(
    "timeoutMs",
    `must be over 0 and at most ${LONGEST_DELAY_MS} milliseconds, or Infinity.`,
  );
}

/** What can end a piece of work early. */
export interface Limits {
  readonly timeoutMs: number;
  /** What the work rejects with when the time is up. */
  readonly timeLimitError: () => Error;
  /** The caller's own way to end it; it rejects with this signal's reason, as `fetch` does. */
  readonly signal: AbortSignal | null | undefined;
}

/**
 * Does a piece of work that the time limit or the caller may end, even where the work does not listen to
 * its signal. Afterwards no timer and no listener is left: a timer would keep a Node process alive.
 */
export async function withinLimits<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs, timeLimitError, signal } = limits;
  signal?.throwIfAborted();

  const controller = new AbortController();
  // It listens before the work does, so the reason itself wins over what the work makes of it.
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer =
    timeoutMs === Infinity ? undefined : setTimeout(() => controller.abort(timeLimitError()), timeoutMs);
  try {
    return await Promise.race([work(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
