import type { IncomingHttpHeaders } from "node:http";

/** Headers by which some servers take another method than the request's own. */
const HEADERS = ["x-http-method-override", "x-http-method", "x-method-override"] as const;

/**
 * By what a request asks to be taken for one of another method, if it does. Glance obeys `_method` of any query.
 * Source: Routes, routes/middleware.py, `RoutesMiddleware`.
 */
export function overriddenMethod(target: string, headers: IncomingHttpHeaders): string | undefined {
  const begin = target.indexOf("?");
  // What is written plainly and does not hold it cannot stand for it.
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
