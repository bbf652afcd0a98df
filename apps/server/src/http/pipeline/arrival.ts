import type { RequestHandler } from "express";
import type { AccessLog } from "./access-log.ts";
import { answerAsGet } from "./any-method.ts";
import { canonicalUrl, pathOf } from "./canonical-url.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";

/** Gives every request its id, its address one spelling, and the log, if there is one, a line of it. */
export function arrival(log: AccessLog | undefined): RequestHandler {
  return (request, response, next) => {
    request.requestId = requestIdFor(request.headers["x-openstack-request-id"]);
    response.setHeader(REQUEST_ID_HEADER, request.requestId);
    request.url = canonicalUrl(request.url);
    const path = pathOf(request.url);
    const arrived = log?.arrived(request, path);
    // Before OPTIONS is answered, by which HAProxy asks for it unless told otherwise.
    if (path === "/healthcheck") answerAsGet(request);
    if (log !== undefined && arrived !== undefined) {
      response.on("close", () => log.note(arrived, request, response));
    }
    next();
  };
}
