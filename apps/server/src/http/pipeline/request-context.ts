import type { Request, RequestHandler } from "express";
import type { Caller } from "../../identity/caller.ts";
import type { Actor } from "../../images/model/actor.ts";
import type { AccessLog } from "./access-log.ts";
import { canonicalUrl, pathOf } from "../wire/canonical-url.ts";
import { HEALTH_PATHS } from "../wire/health-paths.ts";
import { checkMessage } from "./check-message.ts";
import { RequestTime, withRequestTime } from "../../request-time.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";

declare global {
  namespace Express {
    interface Request {
      /** The id of this request, in the reply's `X-Openstack-Request-Id` and in the log. */
      requestId: string;
      /** The caller, once the token is found valid. */
      caller?: Caller;
    }
  }
}

/** The caller. Every route but the anonymous ones stands behind authentication. */
export function callerOf(request: Pick<Request, "caller">): Caller {
  if (request.caller === undefined) throw new Error("A route was reached without authentication.");
  return request.caller;
}

/** Who makes a change, for what is written of it. */
export function actorOf(request: Pick<Request, "caller" | "requestId">): Actor {
  return { caller: callerOf(request), requestId: request.requestId };
}

/** Makes a page answer a request as it answers GET. Glance answers some pages to any method. */
export function treatAsGet(request: { method: string }): void {
  if (request.method !== "HEAD") request.method = "GET";
}

/** Gives every request its id, its address one spelling, and a line in the log if there is one. */
export function requestContext(log: AccessLog | undefined): RequestHandler {
  return (request, response, next) => {
    request.requestId = requestIdFor(request.headers["x-openstack-request-id"]);
    response.setHeader(REQUEST_ID_HEADER, request.requestId);
    request.url = canonicalUrl(request.url);
    const path = pathOf(request.url);
    if (log !== undefined) {
      const arrived = log.arrived(request, path);
      response.on("close", () => log.note(arrived, request, response));
    }
    checkMessage(request);
    // No other protocol is spoken here, and Node loses what came behind the wish for one.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    // This comes before OPTIONS is answered.
    if (HEALTH_PATHS.has(path)) treatAsGet(request);
    withRequestTime(new RequestTime(() => response.writableEnded), next);
  };
}
