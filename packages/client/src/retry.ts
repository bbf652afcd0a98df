/**
 * How a call that failed in passing is made again: after 503 and 429, obeying `Retry-After`, and after a connection
 * that failed. The wait before a repeat is drawn evenly from zero to a bound that doubles each time ("full jitter").
 * All of it happens within the call's `timeoutMs`: when the next wait would not end in time, what was answered last is
 * the outcome.
 *
 * Only what may be done twice is repeated: `GET`, `PUT` and `DELETE` without `If-Match`. `POST`, `PATCH`, uploads of
 * data and changes with `If-Match` are repeated only when the first request surely did nothing: the connection was
 * never made, or the answer was 429. A stream is never sent again.
 *
 * @example
 * createClient({ endpoint, token, retry: { attempts: 6, maxDelayMs: 20_000 }, timeoutMs: 120_000 });
 */
export interface RetryOptions {
  /** How many requests a call may take in all: 1 to 100; 4 when absent. */
  readonly attempts?: number;
  /** The bound of the first wait in milliseconds; 250 when absent. */
  readonly firstDelayMs?: number;
  /** What the bound of a wait grows to at most, in milliseconds; 8000 when absent. */
  readonly maxDelayMs?: number;
}
