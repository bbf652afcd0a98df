import { parseBase, parseEndpoint } from "../calls/endpoint.ts";
import { InvalidOptionError } from "../errors/errors.ts";
import { platformFetch } from "../calls/platform-fetch.ts";
import { checkRetry, type RetryOptions } from "../calls/retry.ts";
import { checkTimeLimit } from "../calls/time-limit.ts";
import { authenticate, type Authentication } from "./authenticate.ts";
import { endpointIn, type EndpointChoice } from "./catalog.ts";
import type { Credentials, Scope } from "./credentials.ts";
import { tokenRequest } from "./token-request.ts";
import type { RequestSender } from "../calls/request-sender.ts";

/** The shortest time before its end at which a token is renewed, so that none ends on its way. */
const MARGIN_MS = 60_000;

const INTERFACES = ["public", "internal", "admin"] as const;

/**
 * Who an endpoint is for. Source: Keystone api-ref, "Service catalog and endpoints".
 *
 * @example
 * const preferred: EndpointInterface[] = ["internal", "public"];
 */
export type EndpointInterface = (typeof INTERFACES)[number];

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
  /** The region of the image service; that of the first fitting endpoint of the catalog when absent. */
  readonly region?: string;
  /** Which endpoint of the image service, or which in order of preference; `"public"` when absent. */
  readonly interface?: EndpointInterface | readonly EndpointInterface[];
  /** The type that the catalog has for the image service; `"image"` when absent. */
  readonly serviceType?: string;
  /** The endpoint of the image service, in the place of the catalog's. */
  readonly endpointOverride?: string;
  /** How long an authentication may take in milliseconds, with its repeats; 30000 when absent. */
  readonly timeoutMs?: number;
  /** How an authentication that failed transiently is repeated; `false` for not at all. */
  readonly retry?: RetryOptions | false;
  /** What sends the requests to Keystone, in the place of the platform's `fetch`. */
  readonly fetch?: RequestSender;
}

/**
 * A caller's standing with Keystone: one token, renewed before it ends, and the image service's endpoint in the
 * catalog that came with it. Calls at the same time share one authentication. An authentication that fails is not
 * remembered: the next call tries again.
 *
 * @example
 * async function isUp(session: Session): Promise<boolean> {
 *   const reply = await fetch(`${await session.endpoint()}/healthcheck`);
 *   return reply.ok;
 * }
 */
export interface Session {
  /**
   * The token, valid for a while yet.
   *
   * @throws {AuthenticationError} when Keystone refuses
   * @throws {ConnectionError} when Keystone is not reached
   * @throws {TimeLimitError} when Keystone does not answer in time
   */
  token(): Promise<string>;
  /**
   * The image service's endpoint, without `/v2` and without a trailing slash.
   *
   * @throws {EndpointNotFoundError} when the catalog has none that fits, and what `token` throws
   */
  endpoint(): Promise<string>;
  /** Says that a service refused this token, so that the next one is a new one. */
  invalidate(token: string): void;
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
  const { auth, scope, timeoutMs = 30_000, retry, fetch = platformFetch, endpointOverride } = options;
  if (typeof fetch !== "function") throw new InvalidOptionError("fetch", "must be a function.");
  const request = tokenRequest(auth, scope);
  const keystone = {
    url: keystoneUrl(options.authUrl),
    timeoutMs: checkTimeLimit(timeoutMs),
    retry: checkRetry(retry),
    fetch,
  };
  const choice = endpointChoice(options);
  const override =
    endpointOverride === undefined ? undefined : parseEndpoint(endpointOverride, "endpointOverride");

  let current: { readonly given: Authentication; readonly renewAt: number } | undefined;
  let pending: Promise<Authentication> | undefined;

  const renew = async () => {
    const started = Date.now();
    try {
      const given = await authenticate(keystone, request);
      current = { given, renewAt: started + given.lifeMs - Math.min(MARGIN_MS, given.lifeMs / 4) };
      return given;
    } finally {
      pending = undefined;
    }
  };
  const standing = async () => {
    if (current !== undefined && Date.now() < current.renewAt) return current.given;
    pending ??= renew();
    return pending;
  };

  return {
    token: async () => (await standing()).token,
    endpoint: async () => override ?? parseEndpoint(endpointIn((await standing()).catalog, choice)),
    invalidate: (token) => {
      if (current?.given.token === token) current = undefined;
    },
  };
}

function keystoneUrl(authUrl: unknown): string {
  const { origin, path } = parseBase(authUrl, "authUrl");
  if (path.endsWith("/v2.0")) {
    throw new InvalidOptionError("authUrl", "is that of Keystone's API v2.0; only v3 is spoken.");
  }
  return `${origin}${path.replace(/\/v3$/, "")}/v3/auth/tokens`;
}

function endpointChoice({ region, serviceType = "image", ...options }: SessionOptions): EndpointChoice {
  const given = options.interface ?? "public";
  const interfaces: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (interfaces.length === 0 || !interfaces.every(isInterface)) {
    throw new InvalidOptionError("interface", `must be one of ${INTERFACES.join(", ")}, or a list of them.`);
  }
  if (region !== undefined && (typeof region !== "string" || region === "")) {
    throw new InvalidOptionError("region", "must be text that is not empty.");
  }
  if (typeof serviceType !== "string" || serviceType === "") {
    throw new InvalidOptionError("serviceType", "must be text that is not empty.");
  }
  return { region, serviceType, interfaces };
}

function isInterface(value: unknown): value is EndpointInterface {
  return INTERFACES.some((known) => known === value);
}
