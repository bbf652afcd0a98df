import { InvalidOptionError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";

/**
 * How what failed transiently is sent again: after 503 and 429, obeying `Retry-After`, after a gateway's 502 and 504, and
 * after a connection that failed. The wait before a repeat is drawn evenly from zero to a bound that doubles each time
 * ("full jitter"), and comes on top of `Retry-After`. All of it happens within the call's `timeoutMs`: when the next
 * wait would not end in time, what came last is the outcome, at once.
 *
 * Only what may be done twice is repeated: `GET`, `PUT` and `DELETE`. `POST`, `PATCH`, uploads of data and changes
 * with `If-Match` are repeated only when the request surely did nothing: the connection was never made, or the answer
 * was 429. A body that is a stream is never sent again. What will not pass, such as a host that has no address or a
 * certificate that does not hold, is not repeated.
 *
 * Sources: RFC 9110, sections 9.2.2 and 10.2.3; RFC 6585, section 4.
 *
 * @example
 * createClient({ endpoint, token, retry: { attempts: 6, maxDelayMs: 20_000 }, timeoutMs: 120_000 });
 */
export interface RetryOptions {
  /** How many requests a call may take in all: 1 to 100; 4 when absent. */
  readonly attempts?: number;
  /** The bound of the first wait in milliseconds: 0 to 2^31 - 1; 250 when absent. */
  readonly firstDelayMs?: number;
  /** What the bound of a wait grows to at most, in milliseconds: 0 to 2^31 - 1; 8000 when absent. */
  readonly maxDelayMs?: number;
}

const DEFAULTS: Required<RetryOptions> = { attempts: 4, firstDelayMs: 250, maxDelayMs: 8_000 };
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The options with their defaults, if they can be used. */
export function checkRetry(retry: unknown): Required<RetryOptions> {
  if (retry === undefined) return DEFAULTS;
  if (retry === false) return { ...DEFAULTS, attempts: 1 };
  if (!isRecord(retry)) throw new InvalidOptionError("retry", "must be false or an object.");
  return {
    attempts: wholeNumber(retry, "attempts", 1, 100),
    firstDelayMs: wholeNumber(retry, "firstDelayMs", 0, LONGEST_DELAY_MS),
    maxDelayMs: wholeNumber(retry, "maxDelayMs", 0, LONGEST_DELAY_MS),
  };
}

function wholeNumber(
  retry: Readonly<Record<string, unknown>>,
  name: keyof RetryOptions,
  least: number,
  most: number,
): number {
  const value = retry[name] ?? DEFAULTS[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidOptionError(`retry.${name}`, `must be a whole number from ${least} to ${most}.`);
}

/** A failure that another attempt may not meet. */
export interface Transient {
  /** Whether the request surely did nothing. */
  readonly undone: boolean;
  /** How long the server asks to wait at least. */
  readonly afterMs: number;
}

/** Whether a status may be another at the next attempt. */
export function transientReply(status: number, headers: Headers): Transient | undefined {
  if (status !== 429 && status !== 502 && status !== 503 && status !== 504) return undefined;
  return { undone: status === 429, afterMs: retryAfter(headers.get("retry-after")) };
}

/** System error codes: those for which nothing of a request was sent, and those that will not pass. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const LASTING = /^ENOTFOUND$|CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_SSL|^ERR_INVALID/;

/** Whether a connection that failed for this reason, if the platform tells one, may be made next time. */
export function transientFailure(reason: string | undefined): Transient | undefined {
  if (reason !== undefined && LASTING.test(reason)) return undefined;
  return { undone: reason !== undefined && NEVER_CONNECTED.has(reason), afterMs: 0 };
}

/**
 * The wait that `Retry-After` asks for, in milliseconds; 0 for a value that is neither seconds nor a date. Source:
 * RFC 9110, section 10.2.3.
 */
function retryAfter(value: string | null): number {
  if (value === null) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? 0 : Math.max(0, time - Date.now());
}

/** How long to wait after this many attempts. */
export function delayMs(attempts: number, { afterMs }: Transient, retry: Required<RetryOptions>): number {
  const bound = Math.min(retry.maxDelayMs, retry.firstDelayMs * 2 ** (attempts - 1));
  return afterMs + Math.random() * bound;
}

/** Waits, and rejects with the signal's reason when it is aborted meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
