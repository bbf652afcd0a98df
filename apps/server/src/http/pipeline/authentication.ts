import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Caller, TokenValidator } from "../../identity/caller.ts";
import { pathOf } from "../wire/canonical-url.ts";
import { errorReply } from "../errors.ts";
import { sendError } from "../wire/send.ts";

/** WebOb's words, which Glance answers. */
const UNAUTHORIZED =
  "This server could not verify that you are authorized to access the document you requested. " +
  "Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand " +
  "how to supply the credentials required.";

/**
 * Lets only the bearers of a valid `X-Auth-Token` pass to what lies under `/v2`, without a promise where the
 * caller is known already: that would cost every request a turn in the queue. `authority` is the URL that
 * `WWW-Authenticate` names as the place where tokens are had.
 */
export function authentication(tokens: TokenValidator, authority: () => string): RequestHandler {
  const admit = (caller: Caller | undefined, request: Request, response: Response, next: NextFunction) => {
    if (caller !== undefined) {
      request.caller = caller;
      next();
      return;
    }
    const challenge = { "WWW-Authenticate": `Keystone uri="${authority()}"` };
    sendError(response, errorReply("not-authenticated", UNAUTHORIZED, challenge));
  };
  return (request, response, next) => {
    if (!request.url.startsWith("/v2")) {
      next();
      return;
    }
    // What one caller may read is not for the next: no cache between them may answer.
    if (request.method === "GET" || request.method === "HEAD") {
      response.setHeader("Cache-Control", "private, no-cache");
      response.vary("X-Auth-Token");
    }
    const token = one(request.headers["x-auth-token"]);
    if (token === undefined || token === "") {
      admit(undefined, request, response, next);
      return;
    }
    const found = tokens.validate(token, {
      serviceToken: one(request.headers["x-service-token"]),
      method: request.method,
      path: pathOf(request.url),
    });
    if (!(found instanceof Promise)) {
      admit(found, request, response, next);
      return;
    }
    return found.then((caller) => admit(caller, request, response, next));
  };
}

/** Two headers of one name arrive joined by a comma and a space, and are no token. */
function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
