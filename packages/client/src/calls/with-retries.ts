import { delayMs, pause, type RetryOptions, type Transient } from "./retry.ts";

/** The outcome of one request. */
export interface Attempt<T> {
  /** Gives the reply, or throws the error. */
  readonly outcome: () => T;
  /** Set when it failed, and may do better when it is sent again. */
  readonly transient?: Transient | undefined;
}

/** Within what a request is sent again. */
export interface Bounds {
  readonly retry: Required<RetryOptions>;
  /** Whether the request may be sent again when it may have done something. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Sends a request, and again while its failure is transient and it may be sent again. */
export async function withRetries<T>(
  { retry, idempotent, timeoutMs, signal }: Bounds,
  send: () => Promise<Attempt<T>>,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    const { outcome, transient } = await send();
    signal.throwIfAborted();
    if (transient === undefined || !(idempotent || transient.undone) || attempts >= retry.attempts)
      return outcome();
    const delay = delayMs(attempts, transient, retry);
    if (performance.now() + delay >= deadline) return outcome();
    await pause(delay, signal);
  }
}
