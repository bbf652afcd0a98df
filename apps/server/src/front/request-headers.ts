import type { IncomingMessage } from "node:http";
import { ownAuthority } from "../http/wire/base-url.ts";
import { endToEnd } from "./end-to-end-headers.ts";

/** The name of this server to those behind it. Source: RFC 9110, section 7.6.3. */
const PSEUDONYM = "imagetags";

const BODY_HEADERS: ReadonlySet<string> = new Set(["content-length", "transfer-encoding", "expect"]);

/** The headers with which a request goes to Glance: as they came, without those of the connection. */
export function requestHeaders(request: IncomingMessage): string[] {
  const headers = endToEnd(request.rawHeaders);
  const {
    headers: { host },
    socket,
  } = request;
  // HTTP/1.0 need not name a host, and the request goes on as HTTP/1.1.
  if (host === undefined) headers.unshift("Host", ownAuthority(socket));
  else setHost(headers, host);
  headers.push("Via", `${request.httpVersion} ${PSEUDONYM}`);
  return headers;
}

/** The same for a request whose body has been read, or of which parts are sent. */
export function headersWithBody(request: IncomingMessage, body: Buffer): string[] {
  const headers = withoutBodyHeaders(requestHeaders(request));
  headers.push("Content-Length", String(body.length));
  return headers;
}

/** Headers, names and values in turn, without those about a body. */
export function withoutBodyHeaders(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !BODY_HEADERS.has(headers[at - (at % 2)]?.toLowerCase() ?? ""));
}

/** Whether a request has been here before. Glance's URL leads back to this server then. */
export function hasBeenHere({ headers: { via } }: Pick<IncomingMessage, "headers">): boolean {
  return via !== undefined && via.split(",").some((hop) => hop.trim().split(/\s+/)[1] === PSEUDONYM);
}

/** Names the host of a target in absolute form, which goes before the header (RFC 9112, section 3.2.2). */
function setHost(headers: string[], host: string): void {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() === "host") headers[at + 1] = host;
  }
}
