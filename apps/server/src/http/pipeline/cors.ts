import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** What browsers may send and see beyond what they always may. Source: Glance, `set_cors_middleware_defaults`. */
const GLANCES_ALLOWED = [
  "Content-MD5",
  "X-Image-Meta-Checksum",
  "X-Storage-Token",
  "Accept-Encoding",
  "X-Auth-Token",
  "X-Identity-Status",
  "X-Roles",
  "X-Service-Catalog",
  "X-User-Id",
  "X-Tenant-Id",
  "X-OpenStack-Request-ID",
];
const GLANCES_EXPOSED = [
  "X-Image-Meta-Checksum",
  "X-Auth-Token",
  "X-Subject-Token",
  "X-Service-Token",
  "X-OpenStack-Request-ID",
];
/** Source: oslo.middleware, `CORS.simple_headers`. */
const SIMPLE = [
  "Accept",
  "Accept-Language",
  "Content-Type",
  "Cache-Control",
  "Content-Language",
  "Expires",
  "Last-Modified",
  "Pragma",
];
/** What this server has beyond Glance: preconditions, parts of data, tracing, and when to come again. */
const OWN_ALLOWED = ["If-Match", "If-None-Match", "Range", "Traceparent"];
const OWN_EXPOSED = ["ETag", "Location", "Retry-After"];

const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "PATCH"]);
const ALLOWED: ReadonlySet<string> = new Set(
  [...GLANCES_ALLOWED, ...SIMPLE, ...OWN_ALLOWED].map((name) => name.toLowerCase()),
);
const EXPOSED = [...GLANCES_EXPOSED, ...OWN_EXPOSED].join(",");
/** The time for which a browser may remember what it was told, in seconds. It is oslo.middleware's default. */
const MAX_AGE = "3600";

/**
 * Tells browsers that pages of these origins, or of any by `*`, may ask this server, as oslo.middleware does it
 * for Glance. The token in a header decides who may do what, so cookies and the like are never asked for.
 * Refusals can be read by a page because this stands before all else.
 */
export function cors(application: RequestListener, origins: readonly string[]): RequestListener {
  if (origins.length === 0) return application;
  return (request, response) => {
    const origin = originFor(request.headers.origin, origins);
    // The origin decides whether a reply may be read, so a cache must keep replies apart by it.
    if (!origins.includes("*")) response.setHeader("Vary", "Origin");
    if (origin !== undefined) allow(origin, request, response);
    application(request, response);
  };
}

function originFor(asking: string | undefined, origins: readonly string[]): string | undefined {
  if (asking === undefined) return undefined;
  if (origins.includes(asking)) return asking;
  return origins.includes("*") ? "*" : undefined;
}

function allow(origin: string, { method, headers }: IncomingMessage, response: ServerResponse): void {
  if (method !== "OPTIONS") {
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Access-Control-Expose-Headers", EXPOSED);
    return;
  }
  const wanted = headers["access-control-request-method"];
  const names = (headers["access-control-request-headers"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (wanted === undefined || !METHODS.has(wanted)) return;
  if (!names.every((name) => ALLOWED.has(name.toLowerCase()))) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Max-Age", MAX_AGE);
  response.setHeader("Access-Control-Allow-Methods", wanted);
  if (names.length > 0) response.setHeader("Access-Control-Allow-Headers", names.join(","));
}
