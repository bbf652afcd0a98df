import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** Whom a token of the stand-in is of, and how long it is good. */
export interface StandInToken {
  readonly userId?: string;
  /** `null`: of no project. */
  readonly projectId?: string | null;
  /** Its id when absent. */
  readonly projectName?: string | null;
  readonly domainId?: string;
  readonly system?: boolean;
  readonly roles?: readonly string[];
  /** In milliseconds since 1970; an hour from now. */
  readonly expiresAt?: number;
  readonly accessRules?: readonly {
    readonly service: string;
    readonly method: string;
    readonly path: string;
  }[];
}

/** A request that the stand-in was asked. */
export interface AskedOfKeystone {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** What the stand-in does instead of answering as Keystone would; `false`: nothing. */
export type Misbehaviour = (asked: AskedOfKeystone, response: ServerResponse) => boolean;

/** The password of the user `imagetags` in the stand-in. */
const SERVICE_PASSWORD = "the-servers-own-password";

/** How the stand-in is set up. */
export interface StandInOptions {
  /** Lets in whoever asks; absent, those who have {@link SERVICE_PASSWORD}. */
  readonly anyPassword?: boolean;
  /** What those who log in are given; absent, `own-token-1` and so on, of the user `imagetags`. */
  readonly login?: StandInToken & { readonly token: string };
  /** How long the tokens of those who log in are good, in milliseconds. */
  readonly ownLifetime?: number;
  /** The catalog that those who log in are given; `url` is that of the stand-in. */
  readonly catalog?: (url: string) => unknown;
  /** The projects that can be looked up, their names by id. */
  readonly projects?: ReadonlyMap<string, string>;
  readonly clock?: () => number;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly misbehaviour?: Misbehaviour;
}

/** A small Keystone on a real port. It knows the tokens that {@link StandInKeystone.know} tells it. */
export class StandInKeystone implements AsyncDisposable {
  /** All it was asked, in order. */
  readonly asked: AskedOfKeystone[] = [];
  readonly #options: StandInOptions;
  readonly #tokens = new Map<string, StandInToken>();
  readonly #ownTokens = new Set<string>();
  #listener: RequestListener;
  #server = createServer();
  #port = 0;
  #connections = 0;
  misbehaviour: Misbehaviour;

  constructor(options: StandInOptions = {}) {
    this.#options = options;
    this.misbehaviour = options.misbehaviour ?? (() => false);
    this.#listener = (request, response) => void this.#answer(request, response);
  }

  /** Starts a stand-in on a free port of 127.0.0.1. */
  static async start(options: StandInOptions = {}): Promise<StandInKeystone> {
    const keystone = new StandInKeystone(options);
    await keystone.up();
    return keystone;
  }

  /** Its URL, without a version. */
  get root(): string {
    return `http${this.#options.tls === undefined ? "" : "s"}://127.0.0.1:${this.#port}`;
  }

  /** Its URL, with `/v3`. */
  get url(): string {
    return `${this.root}/v3`;
  }

  /** The settings of a server that asks it. */
  get env(): Record<string, string> {
    return {
      IMAGETAGS_AUTH: "keystone",
      OS_AUTH_URL: this.url,
      OS_USERNAME: "imagetags",
      OS_PASSWORD: SERVICE_PASSWORD,
      OS_PROJECT_NAME: "service",
    };
  }

  /** How many connections it was given. */
  get connections(): number {
    return this.#connections;
  }

  /** What it was asked about tokens. */
  get questions(): readonly AskedOfKeystone[] {
    return this.asked.filter(({ method, url }) => method === "GET" && url.startsWith("/v3/auth/tokens"));
  }

  /** How often somebody logged in or tried to. */
  get logins(): number {
    return this.asked.filter(({ method }) => method === "POST").length;
  }

  know(token: string, of: StandInToken): void {
    this.#tokens.set(token, of);
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  /** Forgets who has logged in, as when its keys are replaced. */
  forgetLogins(): void {
    this.#ownTokens.clear();
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    const { tls } = this.#options;
    this.#server = tls === undefined ? createServer(this.#listener) : createTlsServer(tls, this.#listener);
    this.#server.on("connection", () => (this.#connections += 1));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts every connection. */
  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const { method = "", url = "", headers } = request;
    const asked = { method, url, headers, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
    this.asked.push(asked);
    if (this.misbehaviour(asked, response)) return;
    if (method === "POST" && /\/v3\/auth\/tokens(\?|$)/.test(url)) this.#logIn(asked, response);
    else if (method === "GET" && url.startsWith("/v3/auth/tokens")) this.#tell(asked, response);
    else this.#describe(method, url, response);
  }

  /** Its versions, and its projects. */
  #describe(method: string, url: string, response: ServerResponse): void {
    const { projects = new Map<string, string>() } = this.#options;
    const id = /^\/v3\/projects\/(\w+)$/.exec(url)?.[1] ?? "";
    const name = /^\/v3\/projects\?.*name=(\w+)/.exec(url)?.[1];
    const version = { id: "v3.14", status: "stable", links: [{ rel: "self", href: `${this.url}/` }] };
    if (method !== "GET") notFound(response);
    else if (url === "/") reply(response, 300, { versions: { values: VERSIONS } });
    else if (/^\/v3\/?$/.test(url)) reply(response, 200, { version });
    else if (projects.has(id)) reply(response, 200, { project: { id, name: projects.get(id) } });
    else if (name === undefined) notFound(response);
    else {
      const found = [...projects].filter((project) => project[1] === name);
      reply(response, 200, { projects: found.map(([of]) => ({ id: of, name })) });
    }
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #logIn({ body }: AskedOfKeystone, response: ServerResponse): void {
    const { anyPassword = false, login, ownLifetime = LIFETIME, catalog } = this.#options;
    if (!anyPassword && !JSON.stringify(body).includes(JSON.stringify(SERVICE_PASSWORD))) {
      reply(response, 401, UNAUTHORIZED);
      return;
    }
    const token = login?.token ?? `own-token-${this.logins}`;
    this.#ownTokens.add(token);
    response.setHeader("X-Subject-Token", token);
    const of = login ?? { userId: "imagetags", projectId: "service", roles: ["service"] };
    const times = { issuedAt: this.#now(), expiresAt: this.#now() + ownLifetime };
    reply(response, 201, describe({ ...of, ...times }, catalog?.(this.url)));
  }

  #tell({ url, headers }: AskedOfKeystone, response: ServerResponse): void {
    if (!this.#ownTokens.has(String(headers["x-auth-token"]))) {
      reply(response, 401, UNAUTHORIZED);
      return;
    }
    const found = this.#tokens.get(String(headers["x-subject-token"]));
    const ended = (found?.expiresAt ?? Infinity) <= this.#now() && !url.includes("allow_expired=1");
    const hidden = found?.accessRules !== undefined && headers["openstack-identity-access-rules"] !== "1.0";
    if (found === undefined || ended || hidden) {
      notFound(response);
      return;
    }
    const times = { issuedAt: this.#now(), expiresAt: this.#now() + LIFETIME };
    reply(response, 200, describe({ ...times, ...found }));
  }
}

/** How long a token is good where nothing is said, in milliseconds. */
const LIFETIME = 3_600_000;

const UNAUTHORIZED = {
  error: { code: 401, message: "The request you have made requires authentication.", title: "Unauthorized" },
};

/** The URLs are those by which others reach it. */
const VERSIONS = [
  { id: "v3.14", status: "stable", links: [{ rel: "self", href: "http://identity.example.org/v3/" }] },
];

function notFound(response: ServerResponse): void {
  reply(response, 404, { error: { code: 404, message: "Not here.", title: "Not Found" } });
}

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** A token as Keystone describes it. */
function describe(
  {
    userId = "alice",
    projectId = "alpha",
    projectName = projectId,
    domainId,
    system = false,
    roles = [],
    issuedAt,
    expiresAt,
    accessRules,
  }: StandInToken & { readonly issuedAt: number; readonly expiresAt: number },
  catalog?: unknown,
): object {
  const domain = { id: "default", name: "Default" };
  return {
    token: {
      methods: ["password"],
      user: { id: userId, name: userId, domain, password_expires_at: null },
      audit_ids: ["audit"],
      issued_at: timeText(issuedAt),
      expires_at: timeText(expiresAt),
      ...(projectId === null ? {} : { project: { id: projectId, name: projectName, domain } }),
      ...(domainId === undefined ? {} : { domain: { id: domainId, name: domainId } }),
      ...(system ? { system: { all: true } } : {}),
      roles: roles.map((name) => ({ id: `id-of-${name}`, name })),
      ...(accessRules === undefined
        ? {}
        : { application_credential: { id: "ac", name: "ci", restricted: true, access_rules: accessRules } }),
      ...(catalog === undefined ? {} : { catalog }),
    },
  };
}

/** With microseconds, as Keystone writes it. */
function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
