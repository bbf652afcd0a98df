import { STATUS_CODES } from "node:http";
import { IMS_CODES, type ErrorBody, type ErrorStatus, type TagProfile } from "@imagetags/contract";
import { RequestValidationError } from "@ts-rest/express";
import { IdentityUnavailable } from "../identity/caller.ts";
import { ImageError, type ImageErrorCode } from "../images/model/image-error.ts";
import { StorageUnavailable } from "../images/model/image-data-store.ts";
import { StoreOverloaded, StoreUnavailable, UnstorableText } from "../images/model/image-store.ts";
import {
  BadRequest,
  InvalidTag,
  MALFORMED_PATH,
  RangeNotSatisfiable,
  UnsupportedMediaType,
} from "./bad-request.ts";
import { describeInvalid } from "./invalid-request.ts";

/** The one table from what went wrong to the status that tells of it. */
const ERROR_STATUS = {
  "image-not-found": 404,
  "tag-not-found": 404,
  "member-not-found": 404,
  forbidden: 403,
  "read-only-attribute": 403,
  "image-protected": 403,
  conflict: 409,
  "image-id-taken": 409,
  "image-data-elsewhere": 409,
  "image-not-queued": 409,
  "image-gone": 410,
  "formats-missing": 400,
  "storage-full": 413,
  "is-member": 409,
  "precondition-failed": 412,
  "tag-quota-exceeded": 413,
  "property-quota-exceeded": 413,
  "member-quota-exceeded": 413,
  "marker-not-found": 400,
} as const satisfies Record<ImageErrorCode, ErrorStatus>;

/** Node names this status as its newer RFC does; clients know the older name. */
const TITLES: Partial<Record<ErrorStatus, string>> = { 413: "Request Entity Too Large" };

/** How long a caller waits before it tries again what was not possible just now, in seconds. */
const RETRY_AFTER = "1";

/** An error as it is answered. */
export interface ErrorReply {
  readonly status: ErrorStatus;
  readonly body: ErrorBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set where the error is not the caller's, so that the log must hold it. */
  readonly unforeseen?: unknown;
}

/** An error's reply; `code` is the status unless the profile documents a code of its own. */
export function errorReply(
  status: ErrorStatus,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code: number | string = status,
): ErrorReply {
  const title = TITLES[status] ?? STATUS_CODES[status] ?? "Error";
  return { status, headers, body: { error: { code, title, message } } };
}

/** The reply to a change for which too many wait; the log has its line and needs no more. */
export const OVERLOADED = errorReply(
  503,
  "More changes are asked for than the database can make just now. Please try again.",
  { "Retry-After": RETRY_AFTER },
);

/** The reply to anything that was thrown on the way of a request. */
export function replyTo(error: unknown, profile: TagProfile, requestId: string): ErrorReply {
  if (error instanceof ImageError) {
    const ims = profile === "ims" && error.code === "tag-quota-exceeded";
    return errorReply(
      ERROR_STATUS[error.code],
      error.message,
      {},
      ims ? IMS_CODES.tagQuotaExceeded : undefined,
    );
  }
  if (error instanceof RequestValidationError) {
    const { message, isTag } = describeInvalid(error);
    return isTag ? invalidTag(message, profile) : errorReply(400, message);
  }
  if (error instanceof InvalidTag) return invalidTag(error.message, profile);
  if (error instanceof UnsupportedMediaType) {
    return errorReply(415, error.message, { [error.header]: error.accepted.join(", ") });
  }
  if (error instanceof RangeNotSatisfiable) {
    return errorReply(416, error.message, { "Content-Range": `bytes */${error.size}` });
  }
  if (error instanceof BadRequest) return errorReply(400, error.message);
  if (error instanceof StoreOverloaded) return OVERLOADED;
  if (error instanceof UnstorableText) return errorReply(400, error.message);
  if (error instanceof StoreUnavailable) return notAvailable("database", error);
  if (error instanceof StorageUnavailable) return notAvailable("image data", error);
  // The log is told by whoever found it out, once and not for each request.
  if (error instanceof IdentityUnavailable) return notAvailable("identity service");
  return (
    replyToFramework(error) ?? {
      ...errorReply(500, `Something unforeseen went wrong. The request id is ${requestId}.`),
      unforeseen: error,
    }
  );
}

function invalidTag(message: string, profile: TagProfile): ErrorReply {
  return errorReply(400, message, {}, profile === "ims" ? IMS_CODES.invalidTag : undefined);
}

function notAvailable(what: string, reason?: Error): ErrorReply {
  return {
    ...errorReply(503, `The ${what} is not available just now. Please try again.`, {
      "Retry-After": RETRY_AFTER,
    }),
    unforeseen: reason,
  };
}

/** Express and its body parser mark the errors that are the caller's with a status below 500. */
function replyToFramework(error: unknown): ErrorReply | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  if (error.status < 400 || error.status >= 500) return undefined;
  if (error.status === 413) return errorReply(413, "The request body is larger than 1 MB.");
  const malformedPath = error instanceof URIError || error.message.startsWith("Failed to decode param");
  return errorReply(400, malformedPath ? MALFORMED_PATH : `Bad request body: ${error.message}`);
}
