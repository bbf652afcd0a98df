import { InvalidOptionError } from "./errors.ts";

const EXAMPLE = '"https://glance.example.org:9292"';

/**
 * The base of every request URL: without trailing slashes and without the `/v2` that service catalogs
 * often carry, which the contract's paths begin with already.
 *
 * No message quotes the endpoint: it may hold a password, or be a token in the wrong place.
 */
export function parseEndpoint(endpoint: unknown): string {
  if (typeof endpoint !== "string" || !/^https?:\/\/[^/]/i.test(endpoint)) {
    throw new InvalidOptionError("endpoint", `must start with http:// or https://, like ${EXAMPLE}.`);
  }
  // The URL parser drops an empty query, and repairs spaces and backslashes instead of refusing them.
  if (/[?#]/.test(endpoint)) {
    throw new InvalidOptionError("endpoint", `must have no query and no fragment, like ${EXAMPLE}.`);
  }
  const url = /[\s\\\p{Cc}]/u.test(endpoint) ? undefined : tryParse(endpoint);
  if (url === undefined) throw new InvalidOptionError("endpoint", `must be a URL, like ${EXAMPLE}.`);
  if (url.username !== "" || url.password !== "") {
    throw new InvalidOptionError("endpoint", "must have no user name or password; give a token instead.");
  }
  return url.origin + withoutTrailingSlashes(withoutTrailingSlashes(url.pathname).replace(/\/v2$/, ""));
}

function tryParse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}
