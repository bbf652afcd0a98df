import { InvalidParameterError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";

/**
 * Writes the path of a route with the parameters of a call, each percent-encoded as one whole segment.
 *
 * A URL parser takes `..` away, which turns "delete tag" into "delete image", and an empty tag would make it "delete all
 * tags". So what cannot travel as one segment is refused.
 *
 * @throws {InvalidParameterError} for one that is missing, no text, `""`, `"."`, `".."` or has a lone surrogate
 */
export function pathWriter(path: string): (params: unknown) => string {
  // Text and names in turns: the text before the first name stands first.
  const [start = "", ...rest] = path.split(/:([^/]+)/);
  return (params) => {
    const given = isRecord(params) ? params : {};
    let written = start;
    for (let index = 0; index < rest.length; index += 2) {
      const name = rest[index] ?? "";
      written += encodeSegment(name, given[name]) + (rest[index + 1] ?? "");
    }
    return written;
  };
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
