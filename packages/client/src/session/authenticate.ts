import { ConnectionError, reasonOf, TimeLimitError, type FailedRequest } from "../errors/errors.ts";
import { readErrorBody } from "../calls/error-body.ts";
import { isRecord } from "../calls/is-record.ts";
import { withRetries, type Attempt } from "../calls/with-retries.ts";
import { transientFailure, transientReply, type RetryOptions } from "../calls/retry.ts";
import { withinLimits } from "../calls/time-limit.ts";
import { hideToken } from "../calls/token.ts";
import { AuthenticationError } from "./session-errors.ts";
import type { TokenRequest } from "./token-request.ts";
import type { RequestSender } from "../calls/request-sender.ts";

/** A token with what Keystone said of it. */
export interface Authentication {
  readonly token: string;
  readonly catalog: unknown;
  /** How long the token lasts from when it was issued, in milliseconds. */
  readonly lifeMs: number;
}

/** Where and how Keystone is asked. */
export interface Keystone {
  /** The URL of `auth/tokens`. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly retry: Required<RetryOptions>;
  readonly fetch: RequestSender;
}

/** Asks Keystone for a token, again where that may help: a second token does no harm. */
export function authenticate(keystone: Keystone, request: TokenRequest): Promise<Authentication> {
  const { url, timeoutMs, retry } = keystone;
  const failed = { method: "POST", url };
  const limits = {
    timeoutMs,
    timeLimitError: () => new TimeLimitError(failed, timeoutMs),
    signal: undefined,
  };
  return withinLimits(limits, (signal) =>
    withRetries({ retry, idempotent: true, timeoutMs, signal }, () => ask(keystone, request, signal, failed)),
  );
}

async function ask(
  { url, fetch }: Keystone,
  { body, secret }: TokenRequest,
  signal: AbortSignal,
  failed: FailedRequest,
): Promise<Attempt<Authentication>> {
  let response: Response;
  let text: string;
  try {
    const headers = { accept: "application/json", "content-type": "application/json" };
    response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    text = await response.text();
  } catch (cause) {
    const error = new ConnectionError(failed, withoutSecrets(cause));
    return { outcome: () => raise(error), transient: transientFailure(error.reason) };
  }
  const { status, headers } = response;
  const found = status === 200 || status === 201 ? authenticationIn(text, headers) : undefined;
  if (found !== undefined) return { outcome: () => found };

  const requestId = headers.get("x-openstack-request-id") ?? undefined;
  const error = new AuthenticationError(
    url,
    status,
    hidden(problemOf(status, headers, text), secret),
    requestId,
  );
  return { outcome: () => raise(error), transient: transientReply(status, headers) };
}

function authenticationIn(text: string, headers: Headers): Authentication | undefined {
  const subject = headers.get("x-subject-token");
  const token = tokenIn(text);
  if (subject === null || token === undefined) return undefined;
  const { catalog, expires_at: end, issued_at: start } = token;
  if (typeof end !== "string") return undefined;
  // Both times are Keystone's, so it does not matter whether its clock agrees with ours.
  const issued = typeof start === "string" ? Date.parse(start) : Date.now();
  const lifeMs = Date.parse(end) - issued;
  return Number.isNaN(lifeMs) ? undefined : { token: subject, catalog, lifeMs };
}

function tokenIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const token = isRecord(json) ? json["token"] : undefined;
    return isRecord(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

function problemOf(status: number, headers: Headers, text: string): string {
  if (status >= 400) return readErrorBody(status, headers.get("content-type"), text).error.message;
  if (status >= 200 && status < 300) return "the reply is none of Keystone v3, or hides X-Subject-Token.";
  return "the reply is a redirect, which is not followed.";
}

/** Keystone's message quotes a value that does not fit its schema, even the password: bare, or as JSON. */
function hidden(text: string, secret: string): string {
  return hideToken(hideToken(text, JSON.stringify(secret).slice(1, -1)), secret).replaceAll(
    "[token]",
    "[secret]",
  );
}

/** An error of `fetch` may hold the whole request, so it is no `cause`. */
function withoutSecrets(cause: unknown): Error {
  const code = reasonOf(cause);
  return Object.assign(new Error("The request failed."), code === undefined ? {} : { code });
}

function raise(error: Error): never {
  throw error;
}
