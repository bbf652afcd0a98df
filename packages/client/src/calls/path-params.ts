import { InvalidParameterError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";

/**
 * The parameters that a route's path names, each percent-encoded as one whole path segment.
 *
 * ts-rest inserts parameters as they are and leaves out empty ones, which turns "delete tag" into "delete
 * all tags"; a URL parser takes `..` away, which turns it into "delete image". So what cannot travel as
 * one segment is refused.
 *
 * @throws {InvalidParameterError} for one that is missing, no text, `""`, `"."`, `".."` or has a lone surrogate
 */
export function encodePathParams(path: string, params: unknown): Record<string, string> {
  const given = isRecord(params) ? params : {};
  const encoded: Record<string, string> = {};
  for (const name of namesIn(path)) encoded[name] = encodeSegment(name, given[name]);
  return encoded;
}

/** The paths of a contract are few, and looking for names in one takes longer than all else here. */
const known = new Map<string, readonly string[]>();

function namesIn(path: string): readonly string[] {
  let names = known.get(path);
  if (names === undefined) {
    names = Array.from(path.matchAll(/:([^/?]+)/g), ([, name = ""]) => name);
    known.set(path, names);
  }
  return names;
}

function encodeSegment(name: string, value: unknown): string {
  if (value === undefined) throw new InvalidParameterError(name, "is missing.");
  if (typeof value !== "string") throw new InvalidParameterError(name, "must be text.");
  if (value === "") throw new InvalidParameterError(name, "must not be empty.");
  // RFC 3986, section 5.2.4. The WHATWG URL parser does the same to "%2e", so encoding does not help.
  if (value === "." || value === "..") {
    throw new InvalidParameterError(name, `must not be "${value}": a URL cannot carry it as a path segment.`);
  }
  if (!value.isWellFormed()) {
    throw new InvalidParameterError(name, "must be well-formed Unicode, this one has a lone surrogate.");
  }
  return encodeURIComponent(value);
}
