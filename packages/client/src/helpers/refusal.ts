import type { ErrorBody } from "@imagetags/contract";
import { RefusedError } from "../errors/refusal-errors.ts";

/** The part of a server's answer that helpers decide by. */
type Told = Pick<RefusedError, "status" | "reason">;

interface ErrorReply {
  readonly status: number;
  readonly body: ErrorBody | undefined;
  readonly headers: Headers;
}

/** Any answer but the expected one, as an error for the caller of a helper. */
export function toRefusedError({ status, body, headers }: ErrorReply): RefusedError {
  return new RefusedError({
    status,
    errorCode: body?.error.code ?? status,
    reason: body?.error.reason,
    message: body?.error.message ?? `The server answered ${status}.`,
    requestId: headers.get("x-openstack-request-id") ?? undefined,
  });
}

/** Whether the image was not found: by the reason, or by the status of a server that gives none. */
export function isImageMissing({ status, reason }: Told): boolean {
  return reason === undefined ? status === 404 : reason === "no-such-image";
}

/** Whether there is no image of the marker; servers that give no reason answer 400 or 404. */
export function isMarkerMissing({ status, reason }: Told): boolean {
  return reason === undefined ? status === 400 || status === 404 : reason === "no-such-marker";
}
