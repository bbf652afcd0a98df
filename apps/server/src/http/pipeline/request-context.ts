import type { Request } from "express";
import type { Caller } from "../../identity/caller.ts";

declare global {
  namespace Express {
    interface Request {
      /** The id of this request, in the reply's `X-Openstack-Request-Id` and in the log. */
      requestId: string;
      /** Who asks, once the token is found valid. */
      caller?: Caller;
    }
  }
}

/** Who asks. Every route but the anonymous ones stands behind authentication. */
export function callerOf(request: Pick<Request, "caller">): Caller {
  if (request.caller === undefined) throw new Error("A route was reached without authentication.");
  return request.caller;
}
