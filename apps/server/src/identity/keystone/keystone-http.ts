import { Agent, request } from "undici";
import { errorText } from "../../error-text.ts";
import { traceScope, type TracedCall } from "../../trace-scope.ts";
import { KeystoneTrouble } from "./keystone-trouble.ts";
import { findIdentityPath } from "./version-document.ts";
import { observer, type ObservedAnswer } from "../../observer.ts";

/** The most connections to Keystone, unless fewer are asked for. */
const CONNECTIONS = 16;
/** The time that an unused connection is kept for the next question, in milliseconds. */
const KEEP_ALIVE = 30_000;
/** The longest answer that is read, in bytes. The description of a token has a few thousand. */
const LONGEST_ANSWER = 1024 * 1024;

/** Where Keystone is and how it is reached. */
export interface KeystoneAddress {
  /** The URL of Keystone, with or without `/v3`, without a trailing slash. */
  readonly authUrl: string;
  /** Certificates of the trusted authorities, in PEM. `undefined`: those that Node trusts. */
  readonly ca: string | undefined;
  /** The time that a connection may take to be made, in milliseconds. */
  readonly connectTimeout: number;
  /** The most connections, and so the most questions under way; others wait. 16 when absent. */
  readonly connections?: number;
}

/** A request to Keystone. `path` begins after `/v3`. */
export interface KeystoneRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Keystone's answer. `json` is `undefined` where the body is no JSON. */
export interface KeystoneReply {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly json: unknown;
}

/** Speaks HTTP with one Keystone over a few connections that are kept. */
export class KeystoneHttp {
  readonly authUrl: string;
  readonly #agent: Agent;
  /** The URL of version 3, once that is known. */
  #identityUrl: string | undefined;

  constructor({ authUrl, ca, connectTimeout, connections = CONNECTIONS }: KeystoneAddress) {
    this.authUrl = authUrl;
    this.#identityUrl = authUrl.endsWith("/v3") ? authUrl : undefined;
    this.#agent = new Agent({
      connections,
      connect: { timeout: connectTimeout, ...(ca === undefined ? {} : { ca }) },
      keepAliveTimeout: KEEP_ALIVE,
      maxResponseSize: LONGEST_ANSWER,
    });
  }

  /** Throws a {@link KeystoneTrouble} when there is no answer before the signal is aborted. */
  async send(what: KeystoneRequest, signal: AbortSignal): Promise<KeystoneReply> {
    this.#identityUrl ??= await this.#findIdentityUrl(signal);
    return await this.#request(`${this.#identityUrl}${what.path}`, what, signal);
  }

  /** Ends what is under way and closes the connections. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /**
   * Takes only the path from the version document. Keystone may name a URL that is not reached from here, and
   * the password must go nowhere but to the host that the operator named.
   */
  async #findIdentityUrl(signal: AbortSignal): Promise<string> {
    const { status, json } = await this.#request(`${this.authUrl}/`, { method: "GET" }, signal);
    if (status >= 500 || status === 429) {
      throw new KeystoneTrouble("failing", `${this.authUrl} answered ${status} when asked for its versions.`);
    }
    const path = findIdentityPath(json, this.authUrl);
    return path === undefined ? `${this.authUrl}/v3` : new URL(path, this.authUrl).href.replace(/\/+$/, "");
  }

  async #request(
    url: string,
    { method, headers = {}, body }: Omit<KeystoneRequest, "path">,
    signal: AbortSignal,
  ): Promise<KeystoneReply> {
    const begun = performance.now();
    const tell = (answer: ObservedAnswer): void => observer?.keystoneAsked(answer, performance.now() - begun);
    const call = traceScope()?.call(`${method} keystone`, {
      "http.request.method": method,
      "url.full": url,
      "server.address": new URL(url).host,
    });
    try {
      const reply = await request(url, {
        dispatcher: this.#agent,
        method,
        headers: {
          Accept: "application/json",
          "Content-Type": "application/json",
          ...traceHeader(call),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal,
      });
      const text = await reply.body.text();
      call?.end(reply.statusCode);
      tell(reply.statusCode < 500 ? "answered" : "failing");
      return {
        status: reply.statusCode,
        header: (name) => {
          const value = reply.headers[name];
          return typeof value === "string" ? value : undefined;
        },
        json: parse(text),
      };
    } catch (error) {
      call?.fail("no-answer");
      const kind = isOfAnswer(error) ? "failing" : "unreachable";
      tell(kind);
      throw new KeystoneTrouble(kind, `${this.authUrl} gives no answer: ${reasonOf(error)}.`);
    }
  }
}

function traceHeader(call: TracedCall | undefined): Record<string, string> {
  return call === undefined ? {} : { traceparent: call.traceparent };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether Keystone was reached, but closed the connection, or sent what is no HTTP or too long. */
function isOfAnswer(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(UND_ERR_SOCKET|UND_ERR_RES|HPE_|ECONNRESET|EPIPE)/.test(code);
}

/** An error of several addresses that were tried has only a code. */
function reasonOf(error: unknown): string {
  const text = errorText(error);
  return text === "" && error instanceof Error && "code" in error ? String(error.code) : text;
}
