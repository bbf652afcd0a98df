import { LAST_MINOR_VERSION } from "@imagetags/contract";
import type { RequestHandler } from "express";
import { errorReply, type ErrorReply } from "../errors.ts";
import { pathOf } from "../wire/canonical-url.ts";
import { HEALTH_PATHS } from "../wire/health-paths.ts";
import { isPagePath } from "../wire/page-paths.ts";
import { sendError } from "../wire/send.ts";
import { treatAsGet } from "./request-context.ts";

/** Where a request goes. */
export type Destination =
  /** To the API: `url` is the target under `/v2`. */
  | { readonly kind: "api"; readonly url: string }
  /** To a page that needs no token. */
  | { readonly kind: "anonymous" }
  /** To the list of versions, asked for as such. */
  | { readonly kind: "version-list" }
  /** To the API, without a version that is served. The answer is the list of those there are. */
  | { readonly kind: "versions" }
  /** Nowhere that this server knows. */
  | { readonly kind: "nowhere" };

const VERSION_SEGMENT = /^\/v2(?:\.(0|[1-9]\d?))?(?=[/?]|$)/;
const VERSION_TYPE = /^application\/vnd\.openstack\.images-v(.+)$/;
const VERSIONS = /^\/versions(?:[/?]|$)/;
const CHOICES = /^\/(?:(?:images|v2)(?:[/?]|$)|\?|$)/;

/** The pages of versions, which answer any method alike. */
const PAGES = { "version-list": "/versions", versions: "/" } as const;

/**
 * Finds the API version of a request in its path (`/v2`, `/v2.0` to `/v2.16`), or else in `Accept:
 * application/vnd.openstack.images-v2`. Source: Glance, glance/api/middleware/version_negotiation.py.
 */
export function negotiateVersion(url: string, accept: string | undefined): Destination {
  const asked = accept === undefined ? undefined : VERSION_TYPE.exec(accept)?.[1];
  const segment = asked === undefined ? VERSION_SEGMENT.exec(url) : null;
  if (segment !== null) {
    const minor = segment[1];
    if (minor === undefined) return { kind: "api", url };
    if (Number(minor) > LAST_MINOR_VERSION) return { kind: "nowhere" };
    return { kind: "api", url: `/v2${url.slice(segment[0].length)}` };
  }
  if (isAnonymous(pathOf(url))) return { kind: "anonymous" };
  if (VERSIONS.test(url)) return { kind: "version-list" };
  if (asked !== undefined && isServed(asked) && url.startsWith("/")) return { kind: "api", url: `/v2${url}` };
  return { kind: CHOICES.test(url) ? "versions" : "nowhere" };
}

function isAnonymous(path: string): boolean {
  return path === "/openapi.json" || HEALTH_PATHS.has(path) || isPagePath(path);
}

function isServed(version: string): boolean {
  const minor = /^2(?:\.(0|[1-9]\d?))?$/.exec(version);
  return minor !== null && Number(minor[1] ?? 0) <= LAST_MINOR_VERSION;
}

/**
 * Brings every version's address to `/v2`, and a request without a version to a page of those there are. An
 * unknown address is a 404: a wrong probe must look wrong.
 */
export function versionNegotiation(): RequestHandler {
  return (request, response, next) => {
    const destination = negotiateVersion(request.url, request.headers.accept);
    if (destination.kind === "nowhere") {
      sendError(response, noSuchPath());
      return;
    }
    if (destination.kind === "api") {
      request.url = destination.url;
    } else if (destination.kind !== "anonymous") {
      request.url = PAGES[destination.kind];
      treatAsGet(request);
    }
    next();
  };
}

/** The reply to an address where nothing is. */
export function noSuchPath(): ErrorReply<404> {
  return errorReply("no-such-path", "The resource could not be found.");
}
