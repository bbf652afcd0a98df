import { InvalidOptionError } from "./errors.ts";

/** A token, or a function that gives one: called for each request, so it may renew the token. */
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

/** Puts `[token]` in the place of the token: an error page may show the headers of its request. */
export function hideToken(text: string, token: string): string {
  return text.replaceAll(token, "[token]");
}
