import { ProxyError } from "./proxy-error.ts";

/**
 * Tells the errors of this package apart where `instanceof` cannot, as between two copies of it.
 *
 * @example
 * const worthAnotherTry: readonly ImageTagsErrorCode[] = ["CONNECTION_FAILED", "TIME_LIMIT"];
 */
export type ImageTagsErrorCode =
  | "INVALID_OPTION"
  | "INVALID_PARAMETER"
  | "CONNECTION_FAILED"
  | "TIME_LIMIT"
  | "UNEXPECTED_REPLY"
  | "REFUSED"
  | "IMAGE_NOT_FOUND"
  | "NO_TAG_HISTORY"
  | "NO_TAG_PLANS"
  | "NOT_SERVED"
  | "AMBIGUOUS_IMAGE"
  | "TAG_UNREACHABLE"
  | "TAG_ALTERED"
  | "TAG_KEY_TAKEN"
  | "ENDLESS_LIST"
  | "AUTHENTICATION_FAILED"
  | "ENDPOINT_NOT_FOUND"
  | "INVALID_CLOUD"
  | "INVALID_ENVIRONMENT";

/**
 * The request an error is about. The URL never holds a secret: the token travels in a header.
 *
 * @example
 * const request: FailedRequest = { method: "DELETE", url: "https://glance.example.org:9292/v2/images/a/tags/b" };
 */
export interface FailedRequest {
  readonly method: string;
  readonly url: string;
}

/**
 * What every error of this package extends. A status that the contract declares is no error: it is a
 * reply. No error holds the token.
 *
 * @example
 * try {
 *   await client.imageTags.delete({ params: { image_id, tag } });
 * } catch (error) {
 *   if (error instanceof ImageTagsError) console.error(error.code, error.message);
 *   else throw error;
 * }
 */
export abstract class ImageTagsError extends Error {
  abstract readonly code: ImageTagsErrorCode;
}

/**
 * An option of `createClient` cannot be used; `option` names it. A token that a token function gave is
 * judged the same way, at the call.
 *
 * @example
 * createClient({ endpoint: "glance:9292", token }); // throws InvalidOptionError, option "endpoint"
 */
export class InvalidOptionError extends ImageTagsError {
  override readonly name = "InvalidOptionError";
  readonly code = "INVALID_OPTION";
  readonly option: string;

  constructor(option: InvalidOptionError["option"], problem: string) {
    super(`The option ${option} ${problem}`);
    this.option = option;
  }
}

/**
 * An argument of a call cannot be carried by HTTP as it is written; `parameter` names it. Nothing was
 * sent.
 *
 * @example
 * await client.imageTags.delete({ params: { image_id, tag: ".." } }); // InvalidParameterError, "tag"
 */
export class InvalidParameterError extends ImageTagsError {
  override readonly name = "InvalidParameterError";
  readonly code = "INVALID_PARAMETER";
  readonly parameter: string;

  constructor(parameter: string, problem: string) {
    super(`The parameter ${parameter} ${problem}`);
    this.parameter = parameter;
  }
}

/**
 * The server could not be reached, or the connection broke before the reply was complete; a change that
 * was asked for may or may not have been made. `reason` is the system's name for what happened, such as
 * `"ECONNREFUSED"`, where the platform tells (browsers do not); `proxy` is the address of the proxy that the request took,
 * if it took one, and then `reason` may be what the proxy answered, such as `"PROXY_407"`; `cause` is what `fetch` threw.
 *
 * @example
 * if (error instanceof ConnectionError && error.reason === "ENOTFOUND") console.error("No such host.");
 */
export class ConnectionError extends ImageTagsError {
  override readonly name = "ConnectionError";
  readonly code = "CONNECTION_FAILED";
  readonly method: string;
  readonly url: string;
  readonly reason: string | undefined;
  readonly proxy: string | undefined;

  constructor({ method, url }: FailedRequest, cause: unknown) {
    const reason = reasonOf(cause);
    const proxy = cause instanceof ProxyError ? cause.proxy : undefined;
    const why = [reason, proxy && `through the proxy ${proxy}`]
      .filter((part) => part !== undefined)
      .join(", ");
    super(`${method} ${url}: the connection failed${why === "" ? "" : ` (${why})`}.`, { cause });
    this.method = method;
    this.url = url;
    this.reason = reason;
    this.proxy = proxy;
  }
}

/**
 * The whole reply was not there within `timeoutMs` milliseconds; a change that was asked for may or may
 * not have been made.
 *
 * @example
 * if (error instanceof TimeLimitError) console.error(`No answer within ${error.timeoutMs} ms.`);
 */
export class TimeLimitError extends ImageTagsError {
  override readonly name = "TimeLimitError";
  readonly code = "TIME_LIMIT";
  readonly method: string;
  readonly url: string;
  readonly timeoutMs: number;

  constructor({ method, url }: FailedRequest, timeoutMs: number) {
    super(`${method} ${url}: no complete reply within ${timeoutMs} ms.`);
    this.method = method;
    this.url = url;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * What an {@link UnexpectedReplyError} tells of the reply.
 *
 * @example
 * const show = ({ status, body }: UnexpectedReply) => console.error(status, body);
 */
export interface UnexpectedReply {
  /** The HTTP status; 0 for a redirect in a browser, which hides it. */
  readonly status: number;
  /** The `Content-Type`, if there was one. */
  readonly contentType: string | undefined;
  /** The first 200 characters of the body, for people to read. */
  readonly body: string;
  /** The `X-Openstack-Request-Id`, which finds the request in the server's log, if there was one. */
  readonly requestId: string | undefined;
}

/**
 * A reply came that the contract does not declare: from a proxy or a load balancer, or from a server that is no image
 * service. An error of a declared status is none, whatever its form.
 *
 * @example
 * if (error instanceof UnexpectedReplyError && error.status === 502) console.error(error.body);
 */
export class UnexpectedReplyError extends ImageTagsError implements UnexpectedReply {
  override readonly name = "UnexpectedReplyError";
  readonly code = "UNEXPECTED_REPLY";
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly requestId: string | undefined;

  constructor({ method, url }: FailedRequest, reply: UnexpectedReply, problem: string) {
    const request = reply.requestId === undefined ? "" : ` (request id ${reply.requestId})`;
    super(`${method} ${url}: ${problem}${request}.`);
    this.method = method;
    this.url = url;
    this.status = reply.status;
    this.contentType = reply.contentType;
    this.body = reply.body;
    this.requestId = reply.requestId;
  }
}

/** Node's `fetch` throws "fetch failed" and keeps what happened in the cause, at times a cause's cause. */
export function reasonOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
  }
  return undefined;
}
