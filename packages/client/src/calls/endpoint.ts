import { InvalidOptionError } from "../errors/errors.ts";

const EXAMPLE = '"https://glance.example.org:9292"';

/**
 * The base of every request URL: without trailing slashes and without the `/v2` that service catalogs
 * often carry, which the contract's paths begin with already.
 *
 * @throws {InvalidOptionError} for what is no URL of that kind, naming the option
 */
export function parseEndpoint(endpoint: unknown, option = "endpoint"): string {
  const { origin, path } = parseBase(endpoint, option);
  return origin + withoutTrailingSlashes(path.replace(/\/v2$/, ""));
}

/**
 * A base URL in its parts; the path is without trailing slashes.
 *
 * No message quotes it: it may hold a password, or be a token in the wrong place.
 *
 * @throws {InvalidOptionError} for what is no URL of that kind, naming the option
 */
export function parseBase(base: unknown, option: string): { readonly origin: string; readonly path: string } {
  if (typeof base !== "string" || !/^https?:\/\/[^/]/i.test(base)) {
    throw new InvalidOptionError(option, `must start with http:// or https://, like ${EXAMPLE}.`);
  }
  // The URL parser drops an empty query, and repairs spaces and backslashes instead of refusing them.
  if (/[?#]/.test(base)) {
    throw new InvalidOptionError(option, `must have no query and no fragment, like ${EXAMPLE}.`);
  }
  const url = /[\s\\\p{Cc}]/u.test(base) ? undefined : tryParse(base);
  if (url === undefined) throw new InvalidOptionError(option, `must be a URL, like ${EXAMPLE}.`);
  if (url.username !== "" || url.password !== "") {
    throw new InvalidOptionError(option, "must have no user name or password; give a token instead.");
  }
  return { origin: url.origin, path: withoutTrailingSlashes(url.pathname) };
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
