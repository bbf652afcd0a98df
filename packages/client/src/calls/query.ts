import { InvalidParameterError } from "../errors/errors.ts";
import { isRecord } from "./is-record.ts";

/**
 * A query as OpenStack reads it: a list is the same name again, `tag=a&tag=b`. Members that are `undefined` are left
 * out. Empty when nothing is left, else it begins with `?`.
 *
 * @throws {InvalidParameterError} for a value that is no text, number or boolean, or has a lone surrogate
 */
export function formatQuery(query: unknown): string {
  if (!isRecord(query)) return "";
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values
      .filter((item) => item !== undefined)
      .map((item) => `${encodeQueryPart(name, name)}=${encodeQueryPart(name, item)}`);
  });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function encodeQueryPart(name: string, value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new InvalidParameterError(name, "must be text, a number, a boolean or a list of them.");
  }
  const text = String(value);
  if (!text.isWellFormed()) {
    throw new InvalidParameterError(name, "must be well-formed Unicode, this one has a lone surrogate.");
  }
  return encodeURIComponent(text);
}
