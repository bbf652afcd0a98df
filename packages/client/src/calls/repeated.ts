import { delayMs, pause, type Passing, type RetryOptions } from "./retry.ts";

/** What one request came to. */
export interface Ended<T> {
  /** Gives what it came to, or throws it. */
  readonly outcome: () => T;
  /** Set when it failed in passing. */
  readonly passing?: Passing | undefined;
}

/** Within what a request is repeated. */
export interface Bounds {
  readonly retry: Required<RetryOptions>;
  /** Whether the request may be sent again when it may have done something. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Sends a request, and again while it fails in passing and may be repeated. */
export async function repeated<T>(
  { retry, idempotent, timeoutMs, signal }: Bounds,
  send: () => Promise<Ended<T>>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const { outcome, passing } = await send();
    signal.throwIfAborted();
    if (passing === undefined || !(idempotent || passing.undone) || attempts >= retry.attempts)
      return outcome();
    const delay = delayMs(attempts, passing, retry);
    if (performance.now() + delay >= deadline) return outcome();
    await pause(delay, signal);
  }
}
