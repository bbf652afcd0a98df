import { z } from "zod";
import { describeCredentials, loginBody, type KeystoneCredentials } from "./own-credentials.ts";
import type { KeystoneHttp } from "./keystone-http.ts";
import { KeystoneTrouble } from "./keystone-trouble.ts";

/**
 * The time before its end at which a token is replaced, in milliseconds. A short-lived one is replaced in its
 * last quarter.
 */
const MARGIN = 60_000;
/** The time that refused credentials are not tried again, in milliseconds: Keystone may lock the user out. */
const AFTER_REFUSAL = 5_000;

const answer = z.object({ token: z.object({ expires_at: z.string() }) });

interface OwnSession {
  readonly token: string;
  /** The time at which another is needed, in milliseconds since 1970. */
  readonly renewAt: number;
}

/** The server's own token at Keystone. */
export class OwnToken {
  readonly #http: KeystoneHttp;
  readonly #credentials: KeystoneCredentials;
  readonly #clock: () => number;
  #session: OwnSession | undefined;
  #login: Promise<OwnSession> | undefined;
  #refusal: { readonly trouble: KeystoneTrouble; readonly until: number } | undefined;

  constructor(http: KeystoneHttp, credentials: KeystoneCredentials, clock: () => number) {
    this.#http = http;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /**
   * A token that does not end soon. Logs in where there is none, once for all who wait. `refused` is a token
   * that Keystone did not take; it is not given again.
   */
  async get(signal: AbortSignal, refused?: string): Promise<string> {
    const session = this.#session;
    if (session !== undefined && session.token !== refused && this.#clock() < session.renewAt) {
      return session.token;
    }
    if (this.#refusal !== undefined && this.#clock() < this.#refusal.until) throw this.#refusal.trouble;
    this.#login ??= this.#logIn(signal).finally(() => (this.#login = undefined));
    this.#session = await this.#login;
    return this.#session.token;
  }

  async #logIn(signal: AbortSignal): Promise<OwnSession> {
    const begin = this.#clock();
    const { status, header, json } = await this.#http.send(
      { method: "POST", path: "/auth/tokens?nocatalog", body: loginBody(this.#credentials) },
      signal,
    );
    if (status === 401 || status === 403) {
      const trouble = new KeystoneTrouble(
        "refusing",
        `${this.#http.authUrl} does not let this server log in as ${describeCredentials(this.#credentials)}: ${status}.`,
      );
      this.#refusal = { trouble, until: this.#clock() + AFTER_REFUSAL };
      throw trouble;
    }
    const token = header("x-subject-token");
    const end = Date.parse(answer.safeParse(json).data?.token.expires_at ?? "");
    if (status !== 201 || token === undefined || Number.isNaN(end)) {
      throw new KeystoneTrouble("failing", `${this.#http.authUrl} answered ${status} to the login.`);
    }
    return { token, renewAt: end - Math.min(MARGIN, (end - begin) / 4) };
  }
}
