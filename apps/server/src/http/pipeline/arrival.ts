import type { RequestHandler } from "express";
import type { AccessLog } from "./access-log.ts";
import { answerAsGet } from "./any-method.ts";
import { canonicalUrl, pathOf } from "./canonical-url.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";

/** Gives every request its id, its address one spelling, and the log, if there is one, a line of it. */
export function arrival(log: AccessLog | undefined): RequestHandler {
  return (request, response, next) => {
    const start = performance.now();
    request.requestId = requestIdFor(request.headers["x-openstack-request-id"]);
    response.setHeader(REQUEST_ID_HEADER, request.requestId);
    request.url = canonicalUrl(request.url);
    const { method } = request;
    // The query is left out: people have put tokens there.
    const path = pathOf(request.url);
    // Before OPTIONS is answered, by which HAProxy asks for it unless told otherwise.
    if (path === "/healthcheck") answerAsGet(request);
    if (log !== undefined) {
      response.on("close", () => {
        log.note(request, response.writableFinished ? response.statusCode : "aborted", method, path, start);
      });
    }
    next();
  };
}
