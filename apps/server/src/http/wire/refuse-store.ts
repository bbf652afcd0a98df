import type { NextFunction, Request, Response } from "express";
import { BadRequest } from "../bad-request.ts";

/**
 * Refuses an upload that names the store where its data is to lie: there is one, which has no name. Data that lay
 * elsewhere than its writer said would be found out too late.
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
