import type { RefusedError } from "../errors/refusal-errors.ts";

/** Whether a server knows nothing at the address of a call, as a plain Glance of what only imagetags servers have. */
export function isNotServed({ status, reason }: Pick<RefusedError, "status" | "reason">): boolean {
  return status === 404 && (reason === undefined || reason === "no-such-path");
}
