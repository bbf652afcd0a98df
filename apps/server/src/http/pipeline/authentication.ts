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
 * Lets only requests with a valid `X-Auth-Token` pass to what lies under `/v2`. A caller who is known already
 * passes without a promise, which would cost every request a turn in the queue. `authority` is the URL that
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
    // The next caller may not read what this one may. No cache between them may answer.
    if (request.method === "GET" || request.method === "HEAD") {
      response.setHeader("Cache-Control", "private, no-cache");
      response.vary("X-Auth-Token, Accept-Encoding");
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

/** Node joins two headers of one name with a comma and a space. The outcome is no token. */
function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
