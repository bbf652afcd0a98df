import type { NextFunction, Request, Response } from "express";
import { BadRequest } from "../bad-request.ts";

/**
 * Refuses an upload that names the store for its data. There is one store, without a name, and a caller would
 * learn too late that the data lies elsewhere.
 */
export function refuseStore(
  request: Pick<Request, "headers">,
  _response: Response,
  next: NextFunction,
): void {
  const store = request.headers["x-image-meta-store"];
  if (store !== undefined) {
    throw new BadRequest(
      "unknown-store",
      `Store for identifier ${String(store)} not found: this server has one store, which is not named. ` +
        "Leave X-Image-Meta-Store out.",
    );
  }
  next();
}
