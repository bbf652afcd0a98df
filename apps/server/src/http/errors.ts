import { STATUS_CODES } from "node:http";
import {
  ERROR_REASONS,
  type ErrorBody,
  type ErrorFacts,
  type ErrorReason,
  type ErrorStatus,
  type Obstacle,
  type StatusOf,
  type TagProfile,
} from "@imagetags/contract";
import { RequestValidationError } from "@ts-rest/express";
import { IdentityUnavailable } from "../identity/caller.ts";
import { NotReady } from "../health/not-ready.ts";
import { ImageError } from "../images/model/image-error.ts";
import { StorageUnavailable } from "../images/model/image-data-store.ts";
import {
  StoreOverloaded,
  StoreReadOnly,
  StoreUnavailable,
  UnstorableText,
} from "../images/model/image-store.ts";
import { BadRequest } from "./bad-request.ts";
import { asBadRequest } from "./express/framework-error.ts";
import { describeInvalid } from "./invalid-request.ts";
import { observer } from "../observer.ts";

/** Node names this status as its newer RFC does; clients know the older name. */
const TITLES: Partial<Record<ErrorStatus, string>> = { 413: "Request Entity Too Large" };

/** Tells callers who may try again how long to wait first, in seconds. */
const RETRY_LATER = { "Retry-After": "1" };

/** An error as it is answered. */
export interface ErrorReply<Status extends ErrorStatus = ErrorStatus> {
  readonly status: Status;
  readonly body: ErrorBody & { readonly obstacles?: Obstacle[] };
  readonly headers: Readonly<Record<string, string>>;
  /** Set where the error is not the caller's. The log must hold it then. */
  readonly unforeseen?: unknown;
}

/**
 * An error's reply. The table of reasons has its status and, in the `ims` profile, its code. Most reasons have
 * no code of that profile.
 */
export function errorReply<Reason extends ErrorReason>(
  reason: Reason,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  profile: TagProfile = "glance",
): ErrorReply<StatusOf<Reason>> {
  const { status } = ERROR_REASONS[reason];
  const { imsCode }: ErrorFacts = ERROR_REASONS[reason];
  const title = TITLES[status] ?? STATUS_CODES[status] ?? "Error";
  const code = profile === "ims" ? (imsCode ?? status) : status;
  return { status, headers, body: { error: { code, title, message, reason } } };
}

/** The reply where the database answers but takes no change. `/healthcheck` gives it too. */
const READ_ONLY = errorReply(
  "database-unavailable",
  "The database cannot be written to just now. Please try again.",
  RETRY_LATER,
);

/** The reply to a change for which too many wait. The access log has its line, and needs no more. */
export const OVERLOADED = errorReply(
  "overloaded",
  "More changes are asked for than the database can make just now. Please try again.",
  RETRY_LATER,
);

/** The reply to anything that was thrown while a request was served. */
export function replyTo(error: unknown, profile: TagProfile, requestId: string): ErrorReply {
  if (error instanceof ImageError) return errorReply(error.reason, error.message, {}, profile);
  if (error instanceof RequestValidationError) {
    const { reason, message } = describeInvalid(error);
    return errorReply(reason, message, {}, profile);
  }
  const badRequest = error instanceof BadRequest ? error : asBadRequest(error);
  if (badRequest !== undefined) {
    return errorReply(badRequest.reason, badRequest.message, badRequest.headers, profile);
  }
  if (error instanceof NotReady) return notReady(error);
  if (error instanceof StoreOverloaded) {
    observer?.shed("changes");
    return OVERLOADED;
  }
  if (error instanceof UnstorableText) return errorReply("unstorable-text", error.message);
  if (error instanceof StoreReadOnly) return { ...READ_ONLY, unforeseen: error };
  if (error instanceof StoreUnavailable) return notAvailable("database-unavailable", "database", error);
  if (error instanceof StorageUnavailable) return notAvailable("image-data-unavailable", "image data", error);
  // Whoever found the outage has told the log, once for all requests.
  if (error instanceof IdentityUnavailable) return notAvailable("identity-unavailable", "identity service");
  return {
    ...errorReply("internal-error", `Something unforeseen went wrong. The request id is ${requestId}.`),
    unforeseen: error,
  };
}

function notReady({ message, obstacles }: NotReady): ErrorReply {
  const reply = errorReply("not-ready", message, RETRY_LATER);
  return { ...reply, body: { ...reply.body, obstacles: [...obstacles] } };
}

function notAvailable(reason: ErrorReason, what: string, unforeseen?: Error): ErrorReply {
  const message = `The ${what} is not available just now. Please try again.`;
  return { ...errorReply(reason, message, RETRY_LATER), unforeseen };
}
