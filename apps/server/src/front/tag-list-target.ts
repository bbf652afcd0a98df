import { pathOf } from "../http/wire/canonical-url.ts";
import { decodeOnce } from "./path-readings.ts";

/** The path of lists in the spellings that this server knows, and the plainest of them. */
const KNOWN = /^\/v2(?:\.\d+)?\/images$/;
const LIST = "/v2/images";

/** The path as Glance takes it once it is decoded. It takes several slashes for one, but none at the end. */
const IN_VERSION = /^\/+v2(?:\.\d+)?\/+images$/;
/** The same where `Accept` names the version. Source: Glance, glance/api/middleware/version_negotiation.py. */
const WITHOUT_VERSION = /^\/+images$/;
const VERSION_IN_ACCEPT = /^application\/vnd\.openstack\.images-v2(?:\.\d+)?$/;

/** Parameters of a list that are about tags. Glance takes all but `tag` for names of properties. */
const ABOUT_TAGS: ReadonlySet<string> = new Set(["tag", "tags", "tags-any", "not-tags", "not-tags-any"]);

/**
 * The target of a list of images by their tags, spelt as this server knows it; `undefined` where Glance would not take the
 * request for one. Glance takes `;` in a query for `&`.
 */
export function tagListTarget(
  method: string,
  target: string,
  accept: string | undefined,
): string | undefined {
  const path = pathOf(target);
  if (method !== "GET" || path.length === target.length || !isList(path, accept)) return undefined;
  const query = target.slice(path.length + 1).replaceAll(";", "&");
  for (const name of new URLSearchParams(`?${query}`).keys()) {
    if (ABOUT_TAGS.has(name)) return `${KNOWN.test(path) ? path : LIST}?${query}`;
  }
  return undefined;
}

function isList(path: string, accept: string | undefined): boolean {
  if (KNOWN.test(path)) return true;
  const decoded = decodeOnce(path);
  if (IN_VERSION.test(decoded)) return true;
  return WITHOUT_VERSION.test(decoded) && accept !== undefined && VERSION_IN_ACCEPT.test(accept);
}
