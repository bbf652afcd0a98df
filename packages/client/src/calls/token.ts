import { InvalidOptionError } from "../errors/errors.ts";

/**
 * A token, or a function that gives one: called for each request, so it may renew the token.
 *
 * @example
 * createClient({ endpoint, token: () => session.token() });
 */
export type TokenSource = string | (() => string | Promise<string>);

/**
 * Gives the token of a request, checked. A token that is written down is checked at once.
 *
 * What `fetch` says of a bad header value quotes the value, so a token must not get that far.
 */
export function tokenProvider(source: TokenSource): () => Promise<string> {
  if (typeof source === "function") return async () => checkedToken(await source());
  const token = checkedToken(source);
  return () => Promise.resolve(token);
}

function checkedToken(token: unknown): string {
  if (typeof token !== "string") {
    throw new InvalidOptionError("token", "must be text, or a function that gives text.");
  }
  if (token === "") throw new InvalidOptionError("token", "must not be empty.");
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new InvalidOptionError(
      "token",
      "has a character that an HTTP header cannot carry, such as a space or a line break.",
    );
  }
  return token;
}

/** A shorter token could be a word of a message by chance. */
const LONG = 16;

/**
 * Puts `[token]` in the place of the token: an error page may show the headers of its request. A short token, such as
 * `demo`, is a token only where it stands by itself, and not in `demonstration`.
 */
export function hideToken(text: string, token: string): string {
  if (token.length >= LONG) return text.replaceAll(token, "[token]");
  const literal = token.replaceAll(/[^\w]/g, "\\$&");
  return text.replaceAll(new RegExp(`(?<![\\w-])${literal}(?![\\w-])`, "g"), "[token]");
}

/** The same for a text that was cut off, maybe in the middle of the token. */
export function hideCutToken(text: string, token: string): string {
  const hidden = hideToken(text, token);
  for (let length = Math.min(token.length - 1, hidden.length); length > 0; length -= 1) {
    if (hidden.endsWith(token.slice(0, length))) return hidden.slice(0, -length);
  }
  return hidden;
}
