import type { Credentials, Scope } from "./credentials.ts";

/**
 * What {@link createSession} takes.
 *
 * @example
 * const options: SessionOptions = {
 *   authUrl: "https://keystone.example.org:5000/v3",
 *   auth: { type: "applicationCredential", id: "423f19a4…", secret: "…" },
 *   region: "RegionOne",
 * };
 */
export interface SessionOptions {
  /** Where Keystone is: `http(s)://host[:port][/prefix]`, with or without `/v3`. */
  readonly authUrl: string;
  /** What to authenticate with. */
  readonly auth: Credentials;
  /** What the token shall be good for. */
  readonly scope?: Scope;
  /** The region of the image service; the first of the catalog when absent. */
  readonly region?: string;
  /** Which of the image service's endpoints; `"public"` when absent. */
  readonly interface?: "public" | "internal" | "admin";
  /** The endpoint of the image service, in the place of the catalog's. */
  readonly endpointOverride?: string;
  /** How long an authentication may take in milliseconds; 30000 when absent. */
  readonly timeoutMs?: number;
  /** What sends the requests to Keystone, in the place of the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * A caller's standing with Keystone: one token, renewed before it ends, and the image service's endpoint of the
 * catalog that came with it. Calls at the same time share one authentication.
 *
 * @example
 * async function whereAndWho(session: Session): Promise<string> {
 *   return `${await session.endpoint()} with ${(await session.token()).length} characters of token`;
 * }
 */
export interface Session {
  /**
   * The token, valid for a while yet.
   *
   * @throws {AuthenticationError} when Keystone refuses
   */
  token(): Promise<string>;
  /**
   * The image service's endpoint.
   *
   * @throws {AuthenticationError} when Keystone refuses
   * @throws {EndpointNotFoundError} when the catalog has none that fits
   */
  endpoint(): Promise<string>;
  /** Says that a service refused this token, so that the next one is a new one. */
  refused(token: string): void;
}

/**
 * Makes a session with Keystone v3. Nothing is sent yet.
 *
 * @throws {InvalidOptionError} for an option that cannot be used
 *
 * @example
 * const session = createSession({
 *   authUrl: "https://keystone.example.org:5000",
 *   auth: { type: "password", user: { name: "ci", domain: { name: "Default" } }, password },
 *   scope: { project: { name: "images", domain: { name: "Default" } } },
 * });
 * const client = createClient({ session });
 */
export function createSession(options: SessionOptions): Session {
  throw new Error(`A session with ${options.authUrl} cannot be made yet.`);
}
