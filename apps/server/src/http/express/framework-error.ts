import { BadRequest, malformedPath } from "../bad-request.ts";

/**
 * What Express, its router and its body parser throw at a wrong request, as an error of ours. `undefined` for
 * any other error. Theirs have a status below 500; an error about the path is known by its words alone.
 */
export function asBadRequest(error: unknown): BadRequest | undefined {
  if (!(error instanceof Error) || !("status" in error) || typeof error.status !== "number") return undefined;
  if (error.status < 400 || error.status >= 500) return undefined;
  if (error.status === 413) return new BadRequest("body-too-large", "The request body is larger than 1 MB.");
  if (error instanceof URIError || error.message.startsWith("Failed to decode param")) return malformedPath();
  return new BadRequest("malformed-body", `Bad request body: ${error.message}`);
}
