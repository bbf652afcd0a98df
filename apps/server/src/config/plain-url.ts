import { z } from "zod";

/**
 * A URL of HTTP to which paths are added, without a trailing slash. `example` stands in the message about another.
 */
export function plainUrl(example: string) {
  return z.string().transform((text, context) => {
    const [, host, path = ""] = FORM.exec(text) ?? [];
    const url = host === undefined ? null : URL.parse(text);
    // The parser repairs and resolves what other programs take as it is or otherwise: other forms of an address, dots in
    // a path, letters beyond ASCII.
    const isPlain = url !== null && isSame(url.hostname, host) && (path === "" || url.pathname === path);
    if (isPlain) return url.href.replace(/\/+$/, "");
    context.addIssue(`must be a URL such as ${example}, without query, fragment and user name`);
    return z.NEVER;
  });
}

/** Scheme, host with a port at most, and path. */
const FORM = /^https?:\/\/(\[[\da-f:.]+\]|[\w.-]+)(?::[1-9]\d{0,4})?(\/[^\s\\?#@"'`<>{}|^\p{Cc}]*)?$/iu;

/** Whether the parser's host is the one that is written; an IPv6 address has several spellings. */
function isSame(hostname: string, written = ""): boolean {
  return hostname === written.toLowerCase() || written.startsWith("[");
}
