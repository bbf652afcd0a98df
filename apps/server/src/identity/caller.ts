/** Who asks: what a valid token says of its bearer. */
export interface Caller {
  readonly userId: string;
  /** The project the token is scoped to. */
  readonly projectId: string;
  /** Role names in lower case, with the roles they imply. */
  readonly roles: ReadonlySet<string>;
}

/** Tells who bears a token. */
export interface TokenValidator {
  /**
   * The bearer of `token`, or `undefined` when the token is not valid. Throws
   * {@link IdentityUnavailable} when that cannot be told just now.
   */
  validate(token: string): Caller | undefined | Promise<Caller | undefined>;
}

/** Whoever knows the tokens cannot be asked: the token may be good. */
export class IdentityUnavailable extends Error {
  override readonly name = "IdentityUnavailable";
}
