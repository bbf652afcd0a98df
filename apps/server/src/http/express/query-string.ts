import { BadRequest } from "../bad-request.ts";

/** The parameters of a query. A repeated one is a list. */
export type Query = Record<string, string | string[]>;

/**
 * Reads a query as forms write it (`+` is a space). Express's own reader guesses at what is not well-formed
 * UTF-8; this one refuses it.
 */
export function parseQuery(text: string | null | undefined): Query {
  const query = new Map<string, string | string[]>();
  if (text === null || text === undefined || text === "") return {};
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? "" : decode(pair.slice(equals + 1));
    const known = query.get(name);
    if (known === undefined) query.set(name, value);
    else if (typeof known === "string") query.set(name, [known, value]);
    else known.push(value);
  }
  return Object.fromEntries(query);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new BadRequest("malformed-query", `The query is not well-formed percent-encoded UTF-8: ${text}`);
  }
}
