import type { IncomingHttpHeaders } from "node:http";

/** Headers by which some servers take another method than the request's own. */
const HEADERS = ["x-http-method-override", "x-http-method", "x-method-override"] as const;

/**
 * The header or parameter by which a request asks for another method; `undefined` when there is none. Glance
 * obeys `_method` of any query. Source: Routes, routes/middleware.py, `RoutesMiddleware`.
 */
export function overriddenMethod(target: string, headers: IncomingHttpHeaders): string | undefined {
  const begin = target.indexOf("?");
  // A query without the name, or a byte to decode, cannot have the parameter.
  if (begin !== -1 && /_method|%/i.test(target.slice(begin))) {
    const names = target
      .slice(begin + 1)
      .split(/[&;?]/)
      .map((pair) => decoded(pair.split("=", 1)[0] ?? ""));
    if (names.some((name) => name.trim().toLowerCase() === "_method")) return "_method";
  }
  return HEADERS.find((name) => headers[name] !== undefined);
}

function decoded(text: string): string {
  return text
    .replaceAll("+", " ")
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
