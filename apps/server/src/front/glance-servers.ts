import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { GlanceAgent } from "./glance-connection.ts";
import { PlainConnections } from "./plain-connections.ts";

/** How Glance is reached. */
export interface GlanceOptions {
  /** The URL of each glance-api, without a trailing slash. */
  readonly urls: readonly string[];
  /** Certificates in PEM that check those of `https` URLs, beside the ones that Node.js trusts. */
  readonly ca: string | undefined;
  /** The time that connecting may take, in milliseconds. */
  readonly connectTimeout: number;
  /** The time that Glance may stand still in the midst of a request, in milliseconds. */
  readonly timeout: number;
}

/** The time that a connection is kept for the next request, in milliseconds. */
const KEPT = 15_000;
/** The most connections that are kept for the next request. */
const MOST_KEPT = 64;

/** The first line and the headers of a request to Glance. The headers are sent as they are. */
export interface RequestHead {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** One glance-api. */
export class GlanceServer implements Disposable {
  readonly url: string;
  readonly isSecure: boolean;
  /** For short requests; `undefined` where it is reached by TLS. */
  readonly plain: PlainConnections | undefined;
  readonly #path: string;
  readonly #options: https.RequestOptions;
  readonly #kept: http.Agent;
  readonly #fresh: http.Agent;

  constructor(url: string, { ca, timeout }: Pick<GlanceOptions, "ca" | "timeout">) {
    const { protocol, hostname, port, pathname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, "");
    this.url = url;
    this.isSecure = protocol === "https:";
    this.#path = pathname === "/" ? "" : pathname;
    this.#options = {
      host,
      port: port === "" ? (this.isSecure ? 443 : 80) : Number(port),
      // Node would send the caller's Host as the name of the server, and check the certificate by that.
      servername: isIP(host) === 0 ? host : "",
      timeout,
      setDefaultHeaders: false,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    };
    if (!this.isSecure)
      this.plain = new PlainConnections({ host, port: Number(port === "" ? 80 : port) }, timeout);
    const Agent = this.isSecure ? https.Agent : GlanceAgent;
    this.#kept = new Agent({ keepAlive: true, maxFreeSockets: MOST_KEPT, timeout: KEPT });
    this.#fresh = new Agent({ keepAlive: false });
  }

  /** Begins a request, on a kept connection if it may use one. */
  begin({ method, path, headers }: RequestHead, mayBeKept: boolean): http.ClientRequest {
    const agent = mayBeKept ? this.#kept : this.#fresh;
    const { request } = this.isSecure ? https : http;
    return request({ ...this.#options, agent, method, path: this.#path + path, headers });
  }

  /** The head of a request without a body, as it is written on a plain connection. */
  headOf({ method, path, headers }: RequestHead): string {
    let text = `${method} ${this.#path}${path} HTTP/1.1\r\n`;
    for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
    return `${text}\r\n`;
  }

  [Symbol.dispose](): void {
    this.plain?.[Symbol.dispose]();
    this.#kept.destroy();
    this.#fresh.destroy();
  }
}

/**
 * The glance-apis of the settings. One is used until it cannot be reached, and then the next in turn. `tell` is
 * told once when none can be reached, and once when one can again.
 */
export class GlanceServers implements Disposable {
  readonly connectTimeout: number;
  readonly #servers: readonly GlanceServer[];
  readonly #tell: (sentence: string) => void;
  #current = 0;
  #isAway = false;

  constructor(options: GlanceOptions, tell: (sentence: string) => void) {
    this.connectTimeout = options.connectTimeout;
    this.#servers = options.urls.map((url) => new GlanceServer(url, options));
    this.#tell = tell;
  }

  /** All of them, the one in use first. */
  inTurn(): readonly GlanceServer[] {
    return [...this.#servers.slice(this.#current), ...this.#servers.slice(0, this.#current)];
  }

  /** Notes that one could be reached. */
  reached(server: GlanceServer): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#tell(`Glance can be reached again, at ${server.url}.`);
  }

  /** Notes that one could not be reached. Another may be in use already. */
  missed(server: GlanceServer): void {
    if (this.#servers[this.#current] === server) this.#current = (this.#current + 1) % this.#servers.length;
  }

  /** Notes that none could be reached. */
  away(error: Error): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#tell(`Glance cannot be reached, and its requests are answered 503: ${error.message}`);
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server[Symbol.dispose]();
  }
}
