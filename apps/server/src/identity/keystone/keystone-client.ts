import { setTimeout as sleep } from "node:timers/promises";
import type { KeystoneCredentials } from "./own-credentials.ts";
import { KeystoneHttp, type KeystoneAddress, type KeystoneReply } from "./keystone-http.ts";
import { KeystoneTrouble } from "./keystone-trouble.ts";
import type { Outages } from "./outages.ts";
import { OwnToken } from "./own-token.ts";
import { readTokenInfo, type TokenInfo } from "./token-info.ts";

/**
 * The pause before each further try, in milliseconds. The first is none: a kept connection may just have been closed.
 */
const PAUSES = [0, 250];

/** How Keystone is asked. */
export interface KeystoneClientOptions extends KeystoneAddress {
  readonly credentials: KeystoneCredentials;
  /** The time that one question may take with all its tries, in milliseconds. */
  readonly timeout: number;
  readonly outages: Outages;
  readonly clock: () => number;
}

/** Asks Keystone about tokens, as the user that the server logs in as. */
export class KeystoneClient {
  readonly #http: KeystoneHttp;
  readonly #own: OwnToken;
  readonly #timeout: number;
  readonly #outages: Outages;
  readonly #clock: () => number;
  #closed = false;

  constructor(options: KeystoneClientOptions) {
    this.#http = new KeystoneHttp(options);
    this.#own = new OwnToken(this.#http, options.credentials, options.clock);
    this.#timeout = options.timeout;
    this.#outages = options.outages;
    this.#clock = options.clock;
  }

  /** Logs in early, so that the log tells what keeps it from that. */
  async open(): Promise<void> {
    try {
      await this.#withRetry((signal) => this.#own.get(signal));
    } catch (error) {
      if (!(error instanceof KeystoneTrouble)) throw error;
    }
  }

  /**
   * What a token says; `undefined` when it is not valid. `allowExpired` takes one that has ended lately too.
   * Throws a {@link KeystoneTrouble} when Keystone does not tell in time. Source: keystonemiddleware,
   * auth_token/_identity.py, `verify_token`.
   */
  async ask(token: string, allowExpired: boolean): Promise<TokenInfo | undefined> {
    return await this.#withRetry((signal) => this.#askOnce(token, allowExpired, signal));
  }

  /**
   * What Keystone shows to this server at a path; `read` gives `undefined` for what it cannot read. Throws a
   * {@link KeystoneTrouble} when Keystone does not show it in time.
   */
  async look<Shown>(path: string, read: (json: unknown) => Shown | undefined): Promise<Shown> {
    return await this.#withRetry(async (signal) => {
      const own = await this.#own.get(signal);
      const send = (token: string): Promise<KeystoneReply> =>
        this.#http.send({ method: "GET", path, headers: { "X-Auth-Token": token } }, signal);
      let reply = await send(own);
      if (reply.status === 401) reply = await send(await this.#own.get(signal, own));
      const shown = reply.status === 200 ? read(reply.json) : undefined;
      if (shown !== undefined) return shown;
      const isRefused = reply.status === 401 || reply.status === 403 || reply.status === 404;
      throw new KeystoneTrouble(
        isRefused ? "refusing" : "failing",
        `${this.#http.authUrl} answered ${reply.status} when asked for ${path.split("?", 1)[0]}.`,
      );
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#http.close();
  }

  async #askOnce(token: string, allowExpired: boolean, signal: AbortSignal): Promise<TokenInfo | undefined> {
    const own = await this.#own.get(signal);
    let reply = await this.#send(token, allowExpired, own, signal);
    if (reply.status === 401) {
      reply = await this.#send(token, allowExpired, await this.#own.get(signal, own), signal);
    }
    const { authUrl } = this.#http;
    if (reply.status === 404) return undefined;
    if (reply.status === 401 || reply.status === 403) {
      throw new KeystoneTrouble(
        "refusing",
        `${authUrl} does not let this server ask about tokens: ${reply.status}.`,
      );
    }
    const info = reply.status === 200 ? readTokenInfo(reply.json) : undefined;
    if (info !== undefined) return info;
    throw new KeystoneTrouble(
      "failing",
      reply.status === 200
        ? `${authUrl} answered what describes no token.`
        : `${authUrl} answered ${reply.status} when asked about a token.`,
    );
  }

  #send(token: string, allowExpired: boolean, own: string, signal: AbortSignal): Promise<KeystoneReply> {
    return this.#http.send(
      {
        method: "GET",
        path: `/auth/tokens?nocatalog${allowExpired ? "&allow_expired=1" : ""}`,
        headers: {
          "X-Auth-Token": own,
          "X-Subject-Token": token,
          // Keystone shows a token that is restricted to some uses only to those who send this.
          "OpenStack-Identity-Access-Rules": "1.0",
        },
      },
      signal,
    );
  }

  /** Tries a few times within the time limit, unless another try would surely fail. */
  async #withRetry<Result>(
    attempt: (signal: AbortSignal) => Promise<Result>,
    signal = AbortSignal.timeout(this.#timeout),
    [pause, ...pauses]: readonly number[] = PAUSES,
  ): Promise<Result> {
    const begin = this.#clock();
    try {
      const result = await attempt(signal);
      this.#outages.answered();
      return result;
    } catch (error) {
      if (!(error instanceof KeystoneTrouble) || this.#closed) throw error;
      if (pause === undefined || signal.aborted || error.kind === "refusing") {
        this.#outages.trouble(error, begin);
        throw error;
      }
      await sleep(pause);
    }
    return await this.#withRetry(attempt, signal, pauses);
  }
}
