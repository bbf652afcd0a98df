import type { RequestHandler } from "express";
import { OVERLOADED } from "./errors.ts";
import { sendError } from "./send.ts";

/** The methods that change nothing (RFC 9110, section 9.2.1): they need not wait for those that do. */
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses changes at once while too many wait for the database, before any other work is done for them:
 * what can be served then goes on being served as fast as ever.
 */
export function shedding(overloaded: () => boolean): RequestHandler {
  return (request, response, next) => {
    if (SAFE.has(request.method) || !overloaded()) next();
    else sendError(response, OVERLOADED);
  };
}
