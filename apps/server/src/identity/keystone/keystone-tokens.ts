import { hash } from "node:crypto";
import {
  IdentityUnavailable,
  type Caller,
  type TokenFigures,
  type TokenUse,
  type TokenValidator,
} from "../caller.ts";
import { isAllowed } from "./access-rules.ts";
import { KeystoneClient, type KeystoneClientOptions } from "./keystone-client.ts";
import { Outages } from "./outages.ts";
import { ProjectLimits } from "./project-limits.ts";
import { TokenCache } from "./token-cache.ts";
import type { TokenInfo } from "./token-info.ts";
import type { Logger } from "pino";
import { observer } from "../../observer.ts";

/** A token that Keystone may know: visible ASCII, no longer than a header line that it and Glance take. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
/** The most questions that may be under way or wait for their turn. */
const MOST_QUESTIONS = 256;

/** How tokens are validated with Keystone. */
export interface KeystoneOptions extends Omit<KeystoneClientOptions, "outages" | "clock"> {
  /** The time that Keystone's word on a valid token is believed, in milliseconds. 0: for one request. */
  readonly cacheLifetime: number;
  /** The id of an endpoint by which the tag limits of projects are asked for. `undefined`: none are. */
  readonly limitsEndpointId: string | undefined;
  /** The roles, in lower case, of which a service must have one for its `X-Service-Token` to count. */
  readonly serviceTokenRoles: readonly string[];
}

/** Who suffers where the limits of projects cannot be asked for. */
const LIMITS = {
  inTrouble: "Changes that add tags, of projects whose limit is not remembered, are",
  inOverload: "limits wait to be asked for; others are",
};

type Answer = TokenInfo | undefined;

/**
 * Knows the tokens of a Keystone, and asks it about each once in a while. Source: keystonemiddleware,
 * auth_token/__init__.py.
 */
export class KeystoneTokens implements TokenValidator {
  readonly #client: KeystoneClient;
  /** The limits of projects, where they are asked for. */
  readonly limits: ProjectLimits | undefined;
  readonly #limitsClient: KeystoneClient | undefined;
  readonly #cache: TokenCache;
  readonly #outages: Outages;
  readonly #clock: () => number;
  readonly #serviceTokenRoles: readonly string[];
  /** The questions under way. Requests with the same token share one. */
  readonly #asked = new Map<string, Promise<Answer>>();

  constructor(options: KeystoneOptions, log: Pick<Logger, "warn">, clock: () => number = Date.now) {
    this.#clock = clock;
    this.#outages = new Outages(log, clock);
    this.#client = new KeystoneClient({ ...options, outages: this.#outages, clock });
    this.#cache = new TokenCache(options.cacheLifetime, clock);
    if (options.limitsEndpointId !== undefined) {
      // Of its own, so that trouble with the limits is none with the tokens.
      const outages = new Outages(log, clock, LIMITS);
      this.#limitsClient = new KeystoneClient({ ...options, outages, clock });
      this.limits = new ProjectLimits(this.#limitsClient, options.limitsEndpointId, clock);
    }
    this.#serviceTokenRoles = options.serviceTokenRoles;
  }

  figures(): TokenFigures {
    return { ...this.#cache.sizes, isReached: this.#outages.isReached };
  }

  wasReached(): boolean {
    return this.#outages.wasReached;
  }

  open(): Promise<void> {
    return this.#client.open();
  }

  validate(token: string, use: TokenUse): Caller | undefined | Promise<Caller | undefined> {
    if (use.serviceToken !== undefined) return this.#validateWithService(token, use, use.serviceToken);
    const found = this.#find(token, false);
    return found instanceof Promise ? found.then((info) => admit(info, use)) : admit(found, use);
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.close(), this.#limitsClient?.close()]);
  }

  /**
   * Validates for a service that goes on with what a user asked for earlier. The user's token may have ended
   * meanwhile, and its access rules do not restrict the service. An invalid service token counts for nothing,
   * as in Glance, which delays the decision.
   */
  async #validateWithService(
    token: string,
    use: TokenUse,
    serviceToken: string,
  ): Promise<Caller | undefined> {
    const service = await this.#find(serviceToken, false);
    if (service === undefined || !this.#serviceTokenRoles.some((role) => service.caller.roles.has(role))) {
      return admit(await this.#find(token, false), use);
    }
    const user = await this.#find(token, true);
    return user === undefined ? undefined : onBehalf(user.caller, service.caller);
  }

  /** What is known of a token: at once where it is remembered, else when Keystone has told. */
  #find(token: string, allowExpired: boolean): Answer | Promise<Answer> {
    if (!TOKEN.test(token)) return undefined;
    const key = hash("sha256", token, "base64");
    const info = this.#cache.get(key);
    if (info !== undefined) {
      observer?.tokenLookup("hit");
      return this.#unlessExpired(info, allowExpired);
    }
    const question = allowExpired ? `${key} expired` : key;
    if (this.#cache.wasRefused(question)) {
      observer?.tokenLookup("refused");
      return undefined;
    }
    observer?.tokenLookup("miss");
    const asked = this.#asked.get(question);
    if (asked !== undefined) return asked;
    // One question at a time finds out whether Keystone is back. More would pile up before it, and one that has
    // just started could not get through them.
    if (!this.#outages.isReached && this.#asked.size > 0) {
      throw new IdentityUnavailable("Keystone does not answer just now.");
    }
    if (this.#asked.size >= MOST_QUESTIONS) {
      this.#outages.overload(MOST_QUESTIONS);
      observer?.shed("tokens");
      throw new IdentityUnavailable("Too many tokens wait to be asked about.");
    }
    const answer = this.#ask(token, key, question, allowExpired).finally(() => this.#asked.delete(question));
    this.#asked.set(question, answer);
    return answer;
  }

  async #ask(token: string, key: string, question: string, allowExpired: boolean): Promise<Answer> {
    const info = await this.#client.ask(token, allowExpired);
    if (info === undefined) {
      this.#cache.refuse(question);
      return undefined;
    }
    this.#cache.remember(key, info);
    return this.#unlessExpired(info, allowExpired);
  }

  #unlessExpired(info: TokenInfo, allowExpired: boolean): Answer {
    return allowExpired || this.#clock() < info.expiresAt ? info : undefined;
  }
}

function admit(info: Answer, { method, path }: TokenUse): Caller | undefined {
  if (info?.accessRules !== undefined && !isAllowed(info.accessRules, method, path)) return undefined;
  return info?.caller;
}

/** The user, with what a policy may ask about the service that acts for it. */
function onBehalf(user: Caller, { userId, projectId, roles, attributes }: Caller): Caller {
  return {
    ...user,
    attributes: {
      ...user.attributes,
      service_user_id: userId,
      service_roles: [...roles],
      ...(projectId === null ? {} : { service_project_id: projectId }),
      ...(attributes?.user_domain_id === undefined
        ? {}
        : { service_user_domain_id: attributes.user_domain_id }),
      ...(attributes?.project_domain_id === undefined
        ? {}
        : { service_project_domain_id: attributes.project_domain_id }),
    },
  };
}
