import type { Request } from "express";
import { BadRequest } from "../bad-request.ts";

/**
 * Refuses a query on a route that removes several things at once, for whoever writes one means less than all
 * of them. `instead` says how to.
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
