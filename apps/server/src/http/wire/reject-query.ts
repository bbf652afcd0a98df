import type { Request } from "express";
import { BadRequest } from "../bad-request.ts";

/**
 * Refuses a query on a route that removes several things at once. Whoever writes a query means fewer than all.
 * `instead` says what to do.
 */
export function rejectQuery(request: Pick<Request, "url" | "query">, instead = ""): void {
  if (!request.url.includes("?")) return;
  const [name] = Object.keys(request.query);
  if (name === undefined) return;
  throw new BadRequest(
    "unexpected-query",
    `This removal takes no query, and the request has ${name}.${instead}`,
  );
}
