import { InvalidOptionError } from "../errors/errors.ts";

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

/** The ways to end a piece of work early. */
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
export function withinLimits<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs, timeLimitError, signal } = limits;
  // One promise and no listener of its own: this is on the way of every call.
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const controller = new AbortController();
    // The reason rejects before the work hears of the abort, so it wins over the work's own error.
    const end = (reason: unknown) => {
      leave();
      reject(reason);
      controller.abort(reason);
    };
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = timeoutMs === Infinity ? undefined : setTimeout(() => end(timeLimitError()), timeoutMs);
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const succeed = (value: T) => {
      leave();
      resolve(value);
    };
    const fail = (reason: unknown) => {
      leave();
      reject(reason);
    };
    work(controller.signal).then(succeed, fail);
  });
}
