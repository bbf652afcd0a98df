import {
  contractFor,
  imsTagsContract,
  TAG_PROFILES,
  type Contract,
  type TagProfile,
} from "@imagetags/contract";
import { accessOf, accessTo } from "./calls/access.ts";
import { createCallSender } from "./calls/call-sender.ts";
import type { ClientOf } from "./calls/client-of.ts";
import { deriveClient } from "./calls/derive-client.ts";
import { rememberImsCalls } from "./calls/ims-calls.ts";
import { InvalidOptionError } from "./errors/errors.ts";
import { isRecord } from "./calls/is-record.ts";
import { platformFetch } from "./calls/platform-fetch.ts";
import { checkRetry, type RetryOptions } from "./calls/retry.ts";
import type { Session } from "./session/session.ts";
import { checkTimeLimit } from "./calls/time-limit.ts";
import type { TokenSource } from "./calls/token.ts";
import type { RequestSender } from "./calls/request-sender.ts";

/** What every client takes, whether it has a token or a session. */
interface CommonOptions {
  /**
   * The tag rule of the cloud: `"glance"` (default), or `"ims"` for an Image Management Service. It picks
   * the contract that the client is derived from. The server judges the tags: it answers 400 to one that
   * breaks its rule.
   */
  readonly profile?: TagProfile;
  /**
   * How long a call may take in milliseconds, from asking for the token to the end of the reply's body, with all
   * its repeats and the waits between them: over 0, at most 2^31 - 1, or `Infinity`; 30000 when absent.
   */
  readonly timeoutMs?: number;
  /** How a call that failed transiently is repeated; `false` for not at all. */
  readonly retry?: RetryOptions | false;
  /** What sends the requests, in the place of the platform's `fetch`. */
  readonly fetch?: RequestSender;
}

/**
 * What {@link createClient} takes for a server whose address and token are known.
 *
 * @example
 * const options: EndpointOptions = { endpoint: "https://ims.example.com/v2", token, profile: "ims", timeoutMs: 5000 };
 */
export interface EndpointOptions extends CommonOptions {
  /**
   * Where the image service is: `http(s)://host[:port][/prefix]`. Trailing slashes and a trailing `/v2`
   * are taken off, so a URL from a service catalog can be given as it is.
   */
  readonly endpoint: string;
  /**
   * The Keystone token, sent as `X-Auth-Token`; or a function that gives it, called for each request.
   * What the function throws is thrown by the call as it is.
   */
  readonly token: TokenSource;
  readonly session?: never;
}

/**
 * What {@link createClient} takes for a cloud with Keystone. The token is renewed before it ends, and once when the
 * image service answers 401.
 *
 * @example
 * const options: SessionClientOptions = { session, retry: { attempts: 6 } };
 */
export interface SessionClientOptions extends CommonOptions {
  /** Where the token and the image service's endpoint come from. */
  readonly session: Session;
  readonly endpoint?: never;
  readonly token?: never;
}

/**
 * What {@link createClient} takes: an endpoint and a token, or a session.
 *
 * @example
 * const options: ClientOptions = { endpoint: "https://glance.example.org:9292", token };
 */
export type ClientOptions = EndpointOptions | SessionClientOptions;

/**
 * The client of the contract: one function for each of its routes, grouped as there. It takes `params`, `query`,
 * `headers` and `body` as the route has them, and `extraHeaders` and `fetchOptions`, whose `signal` ends the call. It
 * resolves to `{ status, body, headers }`, a union that `status` tells apart.
 *
 * A call rejects with an {@link ImageTagsError}, with the reason of its `signal`, or with what a token
 * function threw.
 *
 * @example
 * async function hasTag(client: Client, image_id: string, tag: string): Promise<boolean> {
 *   const { status } = await client.imageTags.check({ params: { image_id, tag } });
 *   return status === 204;
 * }
 */
export type Client = ClientOf<Contract>;

/**
 * Makes a client for the image tags of one cloud. Nothing is sent yet.
 *
 * @throws {InvalidOptionError} for an option that cannot be used
 *
 * @example
 * const client = createClient({ endpoint: "https://glance.example.org:9292", token });
 * const reply = await client.imageTags.delete({ params: { image_id, tag: "miracle" } });
 * if (reply.status === 204) console.log("The tag is gone.");
 * else if (reply.status === 404) console.log(reply.body.error.message);
 * else throw new Error(`${reply.status}: ${reply.body.error.message}`);
 */
export function createClient(options: ClientOptions): Client {
  const { profile = "glance", timeoutMs = 30_000, retry, fetch = platformFetch } = options;
  if (!TAG_PROFILES.includes(profile)) {
    throw new InvalidOptionError("profile", `must be one of ${TAG_PROFILES.join(", ")}.`);
  }
  if (typeof fetch !== "function") throw new InvalidOptionError("fetch", "must be a function.");
  const access =
    options.session === undefined
      ? accessTo(options.endpoint, options.token)
      : accessOf(checkedSession(options));
  const send = createCallSender({
    access,
    timeoutMs: checkTimeLimit(timeoutMs),
    retry: checkRetry(retry),
    fetch,
  });
  const client = deriveClient(contractFor(profile), send);
  if (profile === "ims") rememberImsCalls(client, deriveClient(imsTagsContract, send));
  return client;
}

function checkedSession({ session, endpoint, token }: SessionClientOptions): Session {
  if (!isRecord(session) || typeof session.token !== "function" || typeof session.endpoint !== "function") {
    throw new InvalidOptionError("session", "must be one that createSession made.");
  }
  if (endpoint !== undefined) throw new InvalidOptionError("endpoint", "cannot be given beside a session.");
  if (token !== undefined) throw new InvalidOptionError("token", "cannot be given beside a session.");
  return session;
}
