import type { RequestHandler } from "express";
import type { AllowedMethods } from "./allowed-methods.ts";
import { malformedPath } from "../bad-request.ts";
import { pathOf } from "../wire/canonical-url.ts";
import { errorReply, type ErrorReply } from "../errors.ts";
import { sendError } from "../wire/send.ts";
import { noSuchPath } from "./version-negotiation.ts";

/** The reply to a method that the path does not answer, though it answers others. */
export function methodNotAllowed(method: string, allowed: readonly string[]): ErrorReply {
  return errorReply("method-not-allowed", `The method ${method} is not allowed for this resource.`, {
    Allow: allowed.join(", "),
  });
}

/** Answers what no route of the contract has: 405 where the path has routes, else 404. */
export function noRoute(allowed: AllowedMethods): RequestHandler {
  return (request, response) => {
    const path = pathOf(request.url);
    if (!isDecodable(path)) throw malformedPath();
    const methods = allowed(path);
    sendError(response, methods === undefined ? noSuchPath() : methodNotAllowed(request.method, methods));
  };
}

/** Answers `OPTIONS` anywhere, without a token, as Glance's CORS middleware does. */
export function options(allowed: AllowedMethods): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "OPTIONS") {
      next();
      return;
    }
    const methods = allowed(pathOf(request.url));
    if (methods !== undefined) response.setHeader("Allow", methods.join(", "));
    response.setHeader("Content-Length", "0");
    response.status(200).end();
  };
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
