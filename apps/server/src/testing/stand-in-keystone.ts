import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { withImpliedRoles } from "../identity/roles.ts";
import { CALLERS, startTestServer, type TestServer } from "./test-server.ts";

/** Whom a token of the stand-in is of, and how long it is good. */
export interface StandInToken {
  readonly userId?: string;
  /** `null`: of no project. */
  readonly projectId?: string | null;
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
  /** How long the tokens of those who log in are good, in milliseconds. */
  readonly ownLifetime?: number;
  readonly clock?: () => number;
  readonly tls?: { readonly key: string; readonly cert: string };
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
  #logins = 0;
  #connections = 0;
  misbehaviour: Misbehaviour = () => false;

  constructor(options: StandInOptions = {}) {
    this.#options = options;
    this.#listener = (request, response) => void this.#answer(request, response);
  }

  /** Starts a stand-in that knows the callers of the tests by their tokens, with the roles theirs imply. */
  static async start(options: StandInOptions = {}): Promise<StandInKeystone> {
    const keystone = new StandInKeystone(options);
    keystone.know("system_admin", {
      userId: "sysadmin",
      projectId: null,
      system: true,
      roles: [...withImpliedRoles(["admin"])],
    });
    for (const [name, { user_id: userId, project_id: projectId, roles }] of Object.entries(CALLERS)) {
      keystone.know(name.toLowerCase(), { userId, projectId, roles: [...withImpliedRoles(roles)] });
    }
    await keystone.up();
    return keystone;
  }

  /** Its URL, with `/v3`. */
  get url(): string {
    return `http${this.#options.tls === undefined ? "" : "s"}://127.0.0.1:${this.#port}/v3`;
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
    if (method === "POST" && url.startsWith("/v3/auth/tokens")) this.#logIn(asked, response);
    else if (method === "GET" && url.startsWith("/v3/auth/tokens")) this.#tell(asked, response);
    else if (method === "GET" && url === "/") reply(response, 300, { versions: { values: VERSIONS } });
    else reply(response, 404, { error: { code: 404, message: "Not found", title: "Not Found" } });
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }

  #logIn({ body }: AskedOfKeystone, response: ServerResponse): void {
    if (!JSON.stringify(body).includes(JSON.stringify(SERVICE_PASSWORD))) {
      reply(response, 401, UNAUTHORIZED);
      return;
    }
    this.#logins += 1;
    const token = `own-token-${this.#logins}`;
    this.#ownTokens.add(token);
    const expiresAt = this.#now() + (this.#options.ownLifetime ?? 3_600_000);
    response.setHeader("X-Subject-Token", token);
    reply(
      response,
      201,
      describe({ userId: "imagetags", projectId: "service", roles: ["service"], expiresAt }),
    );
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
      reply(response, 404, { error: { code: 404, message: "No such token.", title: "Not Found" } });
      return;
    }
    reply(response, 200, describe({ expiresAt: this.#now() + 3_600_000, ...found }));
  }
}

const UNAUTHORIZED = {
  error: { code: 401, message: "The request you have made requires authentication.", title: "Unauthorized" },
};

/** The URLs are those by which others reach it. */
const VERSIONS = [
  { id: "v3.14", status: "stable", links: [{ rel: "self", href: "http://identity.example.org/v3/" }] },
];

function reply(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** A token as Keystone describes it. */
function describe({
  userId = "alice",
  projectId = "alpha",
  domainId,
  system = false,
  roles = [],
  expiresAt = 0,
  accessRules,
}: StandInToken): object {
  const domain = { id: "default", name: "Default" };
  return {
    token: {
      methods: ["password"],
      user: { id: userId, name: userId, domain, password_expires_at: null },
      audit_ids: ["audit"],
      issued_at: "2026-01-01T00:00:00.000000Z",
      // With microseconds, as Keystone writes it.
      expires_at: new Date(expiresAt).toISOString().replace("Z", "000Z"),
      ...(projectId === null ? {} : { project: { id: projectId, name: projectId, domain } }),
      ...(domainId === undefined ? {} : { domain: { id: domainId, name: domainId } }),
      ...(system ? { system: { all: true } } : {}),
      roles: roles.map((name) => ({ id: `id-of-${name}`, name })),
      ...(accessRules === undefined
        ? {}
        : { application_credential: { id: "ac", name: "ci", restricted: true, access_rules: accessRules } }),
    },
  };
}

/** Starts a server that knows the callers of the tests by a Keystone of its own, which stops with it. */
export async function startKeystoneServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TestServer & { readonly keystone: StandInKeystone }> {
  const keystone = await StandInKeystone.start();
  const server = await startTestServer({ env: { ...keystone.env, ...settings } });
  return {
    ...server,
    keystone,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await keystone[Symbol.asyncDispose]();
    },
  };
}
