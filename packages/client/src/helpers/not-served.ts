import type { RefusedError } from "../errors/refusal-errors.ts";

/** Whether a server knows nothing at the address of a call, as a plain Glance of what only imagetags servers have. */
export function isNotServed({ status, reason }: Pick<RefusedError, "status" | "reason">): boolean {
  return status === 404 && (reason === undefined || reason === "no-such-path");
}

/**
 * The same of a list of the whole cloud, which has nothing that could be missing: a service that does not know the list may
 * answer by a code of its own that is about an image.
 */
export function isListNotServed({ status }: Pick<RefusedError, "status">): boolean {
  return status === 404;
}
