import { CURRENT_MINOR_VERSION, versionsAt } from "@imagetags/contract";
import type { RequestHandler } from "express";
import { baseUrl } from "./base-url.ts";
import { sendJson } from "./send.ts";

/** Where a request goes. */
export type Destination =
  /** To the API: `url` is the target under `/v2`. */
  | { readonly kind: "api"; readonly url: string }
  /** To a page that needs no token. */
  | { readonly kind: "anonymous" }
  /** Nowhere this server knows: it is answered with the versions there are. */
  | { readonly kind: "versions" };

const VERSION_SEGMENT = /^\/v2(?:\.(0|[1-9]\d?))?(?=[/?]|$)/;
const VERSION_TYPE = /^application\/vnd\.openstack\.images-v(.+)$/;
const ANONYMOUS = /^\/(?:versions|openapi\.json)?(?:\?|$)/;

/**
 * Finds the API version a request is for, in its path (`/v2`, `/v2.0` to `/v2.16`) or, without one
 * there, in `Accept: application/vnd.openstack.images-v2`.
 * Source: Glance, glance/api/middleware/version_negotiation.py.
 */
export function negotiateVersion(url: string, accept: string | undefined): Destination {
  const asked = accept === undefined ? undefined : VERSION_TYPE.exec(accept)?.[1];
  if (asked !== undefined) {
    return isServed(asked) && url.startsWith("/") ? { kind: "api", url: `/v2${url}` } : { kind: "versions" };
  }
  const segment = VERSION_SEGMENT.exec(url);
  if (segment !== null) {
    const minor = segment[1];
    if (minor === undefined) return { kind: "api", url };
    if (Number(minor) <= CURRENT_MINOR_VERSION) {
      return { kind: "api", url: `/v2${url.slice(segment[0].length)}` };
    }
    return { kind: "versions" };
  }
  return ANONYMOUS.test(url) ? { kind: "anonymous" } : { kind: "versions" };
}

function isServed(version: string): boolean {
  const minor = /^2(?:\.(0|[1-9]\d?))?$/.exec(version);
  return minor !== null && Number(minor[1] ?? 0) <= CURRENT_MINOR_VERSION;
}

/** Brings every version's address to `/v2`, and answers what is for no version with those there are. */
export function versionNegotiation(): RequestHandler {
  return (request, response, next) => {
    const destination = negotiateVersion(request.url, request.headers.accept);
    if (destination.kind === "versions") {
      sendJson(response, 300, versionsAt(baseUrl(request)));
      return;
    }
    if (destination.kind === "api") request.url = destination.url;
    next();
  };
}
