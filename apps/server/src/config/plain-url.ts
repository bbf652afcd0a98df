import { z } from "zod";

/**
 * A URL of HTTP to which paths are added, without a trailing slash. `example` stands in the message about another.
 */
export function plainUrl(example: string) {
  return z.string().transform((text, context) => {
    // The URL parser repairs spaces, backslashes and missing slashes instead of refusing them.
    const url = /^https?:\/\/[^\s\\?#@"]+$/i.test(text) ? URL.parse(text) : null;
    if (url !== null) return url.href.replace(/\/+$/, "");
    context.addIssue(`must be a URL such as ${example}, without query, fragment and user name`);
    return z.NEVER;
  });
}
