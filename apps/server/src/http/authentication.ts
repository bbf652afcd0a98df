import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Caller, TokenValidator } from "../identity/caller.ts";
import { errorReply } from "./errors.ts";
import { sendError } from "./send.ts";

/** WebOb's words, which Glance answers. */
const UNAUTHORIZED =
  "This server could not verify that you are authorized to access the document you requested. " +
  "Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand " +
  "how to supply the credentials required.";

/**
 * Lets only the bearers of a valid `X-Auth-Token` pass to what lies under `/v2`. `authority` is the URL that `WWW-Authenticate`
 * names as the place where tokens are had.
 */
export function authentication(tokens: TokenValidator, authority: () => string): RequestHandler {
  const admit = (caller: Caller | undefined, request: Request, response: Response, next: NextFunction) => {
    if (caller !== undefined) {
      request.caller = caller;
      next();
      return;
    }
    const challenge = { "WWW-Authenticate": `Keystone uri="${authority()}"` };
    sendError(response, errorReply(401, UNAUTHORIZED, challenge));
  };
  return (request, response, next) => {
    if (!request.url.startsWith("/v2")) {
      next();
      return;
    }
    // Two such headers arrive joined by a comma and are no token.
    const token = request.headers["x-auth-token"];
    const caller = typeof token === "string" && token !== "" ? tokens.validate(token) : undefined;
    // A token that is known is not waited for: that would cost every request a turn in the queue.
    if (!(caller instanceof Promise)) {
      admit(caller, request, response, next);
      return;
    }
    return caller.then((known) => admit(known, request, response, next));
  };
}
