import type { IncomingHttpHeaders } from "node:http";
import { errorReply, type ErrorReply } from "../http/errors.ts";

/**
 * Refuses what no page of this server's sends. Browsers say where a request is from by `Sec-Fetch-Site`, over plain HTTP
 * by `Origin` alone, and that with a POST always. `publicUrl` is where callers reach the server, if it is set.
 */
export function refuseCrossSite(
  method: string,
  headers: IncomingHttpHeaders,
  publicUrl: string | undefined,
): ErrorReply | undefined {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (site !== undefined && site !== "same-origin") return CROSS_SITE;
  if (origin !== undefined) return isOwn(origin, host, publicUrl) ? undefined : CROSS_SITE;
  return site === undefined && method === "POST" ? CROSS_SITE : undefined;
}

const CROSS_SITE = errorReply("cross-site", "Only the page of this server may ask this.");

/** Whether an origin is this server's. A proxy may have ended TLS, so the scheme does not tell. */
function isOwn(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  const asking = URL.parse(origin);
  if (asking === null || !/^https?:$/.test(asking.protocol)) return false;
  const own = [
    ...(host === undefined ? [] : [URL.parse(`${asking.protocol}//${host}`)]),
    ...(publicUrl === undefined ? [] : [URL.parse(publicUrl)]),
  ];
  return own.some((url) => url?.host === asking.host);
}
