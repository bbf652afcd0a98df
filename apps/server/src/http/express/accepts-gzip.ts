import type { Request } from "express";

/**
 * Whether the caller prefers a body in gzip over a plain one, by `Accept-Encoding` and its weights (RFC 9110, section
 * 12.5.3). A caller who sends no such header gets a plain one.
 */
export function acceptsGzip(request: Pick<Request, "headers" | "acceptsEncodings">): boolean {
  return (
    request.headers["accept-encoding"] !== undefined &&
    request.acceptsEncodings("gzip", "identity") === "gzip"
  );
}
