import type { IncomingMessage } from "node:http";
import { BadRequest } from "../bad-request.ts";

/** A name or address with an optional port. Source: RFC 9110, section 7.2; RFC 3986, section 3.2. */
const AUTHORITY = /^(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*|\[[0-9A-Fa-f:.]+\])(?::\d*)?$/;

/**
 * Refuses what RFC 9112 forbids and Node lets pass. The connection is closed where the framing is in doubt:
 * another server on the way may see the body as another request.
 */
export function checkMessage(request: IncomingMessage): void {
  if (request.httpVersionMajor !== 1) {
    throw refusal("http-version-not-supported", "This server speaks HTTP/1.1.");
  }
  checkFraming(request);
  checkHost(request);
}

/** Source: RFC 9112, section 6.1. */
function checkFraming({ headers, httpVersionMinor }: IncomingMessage): void {
  const encoding = headers["transfer-encoding"];
  if (encoding === undefined) return;
  if (httpVersionMinor === 0) throw refusal("malformed-request", "HTTP/1.0 has no Transfer-Encoding.");
  if (encoding.trim().toLowerCase() !== "chunked") {
    throw refusal("not-implemented", "The one Transfer-Encoding that this server knows is chunked.");
  }
}

/** HTTP/1.1 requires one Host header. Source: RFC 9112, section 3.2. */
function checkHost({ headers, httpVersionMinor, rawHeaders }: IncomingMessage): void {
  if (headers.host === undefined) {
    if (httpVersionMinor === 0) return;
    throw refusal("malformed-request", "The request has no Host header.");
  }
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    // `headers` has only the first of several.
    if (name?.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) throw refusal("malformed-request", "The request has more than one Host header.");
  if (!AUTHORITY.test(headers.host)) throw refusal("malformed-request", "The request's host is malformed.");
}

function refusal(reason: BadRequest["reason"], message: string): BadRequest {
  return new BadRequest(reason, message, { headers: { Connection: "close" } });
}
