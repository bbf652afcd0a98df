/** Whoever asks, as a valid token tells. */
export interface Caller {
  readonly userId: string;
  /** The project the token is scoped to. `null` for a token of another scope, which owns nothing. */
  readonly projectId: string | null;
  /** Role names in lower case, with the roles they imply. */
  readonly roles: ReadonlySet<string>;
  /** By what a user lets another act; absent of a token that its user asked for with a password or alike. */
  readonly delegation?: Delegation;
  /** Further attributes that a policy may ask for, by the names that oslo.policy gives them. */
  readonly attributes?: CallerAttributes;
}

/** What a token was made from that a user had handed out. Source: Keystone, api-ref, "Validate and show information for token". */
export interface Delegation {
  readonly applicationCredentialId?: string;
  readonly trustId?: string;
}

/**
 * What Keystone says of a caller besides the user, the project and the roles.
 * Source: oslo.context, `RequestContext.to_policy_values`.
 */
export interface CallerAttributes {
  readonly user_domain_id?: string;
  readonly project_domain_id?: string;
  /** The domain the token is scoped to. */
  readonly domain_id?: string;
  /** `all` for a token that is scoped to the system. */
  readonly system_scope?: string;
  readonly is_admin_project?: boolean;
  readonly service_user_id?: string;
  readonly service_project_id?: string;
  readonly service_user_domain_id?: string;
  readonly service_project_domain_id?: string;
  readonly service_roles?: readonly string[];
}

/** The request that a token comes with. */
export interface TokenUse {
  /** `X-Service-Token`: the token of the service that passes a user's request on. */
  readonly serviceToken: string | undefined;
  readonly method: string;
  /** The path under `/v2`, percent-encoded as it is routed, without the query. */
  readonly path: string;
}

/** How many tokens are remembered as good and as refused, and whether who knows them answers. */
export interface TokenFigures {
  readonly valid: number;
  readonly refused: number;
  readonly isReached: boolean;
}

/** How many tags an image may have, by the project of who adds them. */
export interface ProjectTagLimits {
  /** Whether nobody needs to be asked about a project. */
  isKnown(projectId: string): boolean;
  /** The limit, negative for none; `undefined`: there is none of its own. Rejects with {@link IdentityUnavailable}. */
  of(projectId: string): Promise<number | undefined>;
}

/** Tells who bears a token. */
export interface TokenValidator {
  /**
   * The bearer of `token`; `undefined` when the token is not valid for this use. A known answer comes at once,
   * without a promise. Throws {@link IdentityUnavailable} when it cannot be told just now.
   */
  validate(token: string, use: TokenUse): Caller | undefined | Promise<Caller | undefined>;
  /** Whether whoever knows the tokens was reached since the start; without, nobody else is needed. */
  wasReached?(): boolean;
  /** What is known of the tokens just now; absent where nobody else is asked about them. */
  figures?(): TokenFigures;
  /** Asks for the limits of projects, where somebody keeps them. */
  readonly limits?: ProjectTagLimits | undefined;
  /** Gets ready, so that the log tells early what stands in the way. Resolves either way. */
  open?(): Promise<void>;
  /** Reads its file anew, where there is one. Returns what is wrong with it, and then all is as before. */
  readAnew?(): string | undefined;
  /** Closes the connections that it holds. */
  close?(): Promise<void>;
}

/** Whoever knows the tokens cannot be asked. The token may be good. */
export class IdentityUnavailable extends Error {
  override readonly name: string = "IdentityUnavailable";
}
