import type { ErrorBody } from "@imagetags/contract";
import { RefusedError } from "../errors/refusal-errors.ts";

interface ErrorReply {
  readonly status: number;
  readonly body: ErrorBody | undefined;
  readonly headers: Headers;
}

/** The error that an answer other than the one hoped for is to a helper's caller. */
export function refusal({ status, body, headers }: ErrorReply): RefusedError {
  return new RefusedError({
    status,
    errorCode: body?.error.code ?? status,
    message: body?.error.message ?? `The server answered ${status}.`,
    requestId: headers.get("x-openstack-request-id") ?? undefined,
  });
}
