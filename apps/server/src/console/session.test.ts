import { StandInKeystone, type Misbehaviour } from "@imagetags/testing/keystone/stand-in-keystone";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { errorIn } from "../testing/api.ts";
import { jsonOf, rawRequest, type RawReply } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const TOKEN = "the-token-of-anna";
const PASSWORD = "pass word \u00e9";
const USER = { name: "anna", domain: { name: "Default" } };
const BY_PASSWORD = { method: "password", user: USER, password: PASSWORD };
const ANNA = {
  expires_at: expect.stringMatching(/Z$/),
  user: { id: "anna", name: "anna", domain: { id: "default", name: "Default" } },
  project: { id: "alpha", name: "alpha", domain: { id: "default", name: "Default" } },
  roles: ["member", "reader"],
};

let keystone: StandInKeystone;
let server: TestServer;
beforeAll(async () => {
  const anna = { userId: "anna", projectId: "alpha", roles: ["member", "reader"] };
  keystone = await StandInKeystone.start({ anyPassword: true, login: { token: TOKEN, ...anna } });
  keystone.know(TOKEN, anna);
  server = await startTestServer({
    env: { ...keystone.env, IMAGETAGS_KEYSTONE_TIMEOUT: "1", IMAGETAGS_TRUSTED_PROXIES: "127.0.0.1" },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keystone[Symbol.asyncDispose]();
});

/** The address that each test asks from, so that none uses up what another may ask. */
let address = "";
let tests = 0;
beforeEach(() => {
  tests += 1;
  address = `192.0.2.${tests}`;
  keystone.misbehaviour = () => false;
  keystone.asked.length = 0;
});

/** What a page of this server sends. */
const FROM_PAGE = { "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json" };

function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = FROM_PAGE,
  of: Pick<TestServer, "port"> = server,
): Promise<RawReply> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return rawRequest(of.port, {
    method,
    path,
    headers: [["X-Forwarded-For", address], ...Object.entries(headers)],
    ...(body === undefined ? {} : { body: text }),
  });
}

const signIn = (body: unknown = BY_PASSWORD, headers?: Readonly<Record<string, string>>) =>
  ask("POST", "/console/session", body, headers);
const withToken = (path: string, token = TOKEN) =>
  ask("GET", path, undefined, { ...FROM_PAGE, "X-Auth-Token": token });

/** What Keystone was asked to let in, without the server itself. */
const signInsAsked = () =>
  keystone.asked.filter(
    ({ method, body }) => method === "POST" && !JSON.stringify(body).includes("the-servers-own-password"),
  );

/** Answers a path of Keystone's with what is given. */
function answering(path: string, answer: (url: string) => readonly [number, unknown]): Misbehaviour {
  return ({ url }, response) => {
    if (!url.startsWith(path)) return false;
    const [status, body] = answer(url);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    return true;
  };
}

const REFUSAL = { error: { code: 401, message: "Keystone's own words", title: "Unauthorized" } };

/** Keystone, which lets in nobody but the server. */
const lettingInNobody: Misbehaviour = (asked, response) =>
  !JSON.stringify(asked.body ?? "").includes("the-servers-own-password") &&
  answering("/v3/auth/tokens", () => [401, REFUSAL])(asked, response);

describe("who signs in", () => {
  test.each([
    [
      "by a password",
      BY_PASSWORD,
      { identity: { methods: ["password"], password: { user: { ...USER, password: PASSWORD } } } },
    ],
    [
      "by a password to a project",
      { ...BY_PASSWORD, user: { id: "anna" }, project: { name: "alpha", domain: { id: "default" } } },
      {
        identity: { methods: ["password"], password: { user: { id: "anna", password: PASSWORD } } },
        scope: { project: { name: "alpha", domain: { id: "default" } } },
      },
    ],
    [
      "by an application credential",
      { method: "application_credential", id: "ac", secret: "s" },
      {
        identity: { methods: ["application_credential"], application_credential: { id: "ac", secret: "s" } },
      },
    ],
    [
      "by an application credential's name",
      { method: "application_credential", name: "ci", user: USER, secret: "s" },
      {
        identity: {
          methods: ["application_credential"],
          application_credential: { name: "ci", user: USER, secret: "s" },
        },
      },
    ],
    [
      "by a token to another project",
      { method: "token", token: TOKEN, project: { id: "beta" } },
      { identity: { methods: ["token"], token: { id: TOKEN } }, scope: { project: { id: "beta" } } },
    ],
  ])("%s is given what Keystone gives, which is kept nowhere", async (_, body, asked) => {
    const reply = await signIn(body);
    expect([reply.status, jsonOf(reply)]).toEqual([201, { token: TOKEN, ...ANNA }]);
    expect(reply.headers["cache-control"]).toBe("no-store");
    expect(signInsAsked().map((one) => one.body)).toEqual([{ auth: asked }]);
  });

  test("and is refused by Keystone is 401 without its words, and no secret is in the log", async () => {
    keystone.misbehaviour = lettingInNobody;
    const reply = await signIn();
    expect(errorIn(reply).reason).toBe("credentials-refused");
    expect(reply.headers["www-authenticate"]).toBe(`Keystone uri="${keystone.url}"`);
    expect(reply.body).not.toContain("Keystone's own words");
    await signIn({ ...BY_PASSWORD, user: "anna" });
    for (const secret of [PASSWORD, "pass word", TOKEN]) expect(server.logged()).not.toContain(secret);
  });

  test.each([
    ["no JSON", "{", "malformed-body"],
    ["nothing", "", "malformed-body"],
    ["no method", { user: USER, password: PASSWORD }, "invalid-body"],
    ["another method", { ...BY_PASSWORD, method: "totp" }, "invalid-body"],
    ["more than is asked for", { ...BY_PASSWORD, scope: "system" }, "invalid-body"],
    ["an object as a password", { ...BY_PASSWORD, password: { a: 1 } }, "invalid-body"],
    ["a name of 256 characters", { ...BY_PASSWORD, user: { id: "a".repeat(256) } }, "invalid-body"],
    ["a token with a line end", { method: "token", token: "a\nb", project: { id: "b" } }, "invalid-body"],
    ["a token of no project", { method: "token", token: TOKEN }, "invalid-body"],
    ["a body of 33 KB", { ...BY_PASSWORD, password: "a".repeat(33 * 1024) }, "body-too-large"],
  ])("with %s is refused before Keystone is asked, and nothing of it is told", async (_, body, reason) => {
    const reply = await signIn(body);
    expect(errorIn(reply).reason).toBe(reason);
    expect(reply.body).not.toContain(PASSWORD);
    expect(signInsAsked()).toEqual([]);
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ["a page of another site", { "Sec-Fetch-Site": "cross-site" }, "cross-site"],
    ["a page of the same site's other origin", { "Sec-Fetch-Site": "same-site" }, "cross-site"],
    ["another origin", { Origin: "http://evil.example.org" }, "cross-site"],
    ["another port", { Origin: "http://127.0.0.1:1" }, "cross-site"],
    ["no origin at all", { Origin: "null" }, "cross-site"],
    ["nobody knows where", {}, "cross-site"],
    [
      "an origin that differs, though it is said to be the same",
      {
        Origin: "http://evil.example.org",
        "Sec-Fetch-Site": "same-origin",
      },
      "cross-site",
    ],
    ["the own origin over plain HTTP", { Origin: "http://127.0.0.1" }, undefined],
    ["the own origin behind a proxy that ends TLS", { Origin: "https://127.0.0.1" }, undefined],
  ])("from %s is let in only where that is this server", async (_, headers, reason) => {
    const reply = await signIn(BY_PASSWORD, { "Content-Type": "application/json", ...headers });
    if (reason === undefined) expect(reply.status).toBe(201);
    else expect([errorIn(reply).reason, signInsAsked()]).toEqual([reason, []]);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"])(
    "with what a form can send (%s) is refused",
    async (type) => {
      const reply = await signIn(BY_PASSWORD, { ...FROM_PAGE, "Content-Type": type });
      expect([errorIn(reply).reason, reply.headers["accept"]]).toEqual([
        "unsupported-media-type",
        "application/json",
      ]);
    },
  );

  test("behind a proxy that names another host is let in by the public URL", async () => {
    await using other = await startTestServer({
      env: { ...keystone.env, IMAGETAGS_PUBLIC_URL: "https://images.example.org" },
    });
    const headers = { "Content-Type": "application/json", Origin: "https://images.example.org" };
    expect((await ask("POST", "/console/session", BY_PASSWORD, headers, other)).status).toBe(201);
  });
});

describe("who has a token", () => {
  test("is told whose it is", async () => {
    const reply = await withToken("/console/session");
    expect([reply.status, jsonOf(reply)]).toEqual([200, ANNA]);
    expect(reply.headers["cache-control"]).toBe("no-store");
  });

  test("is told that it has ended, or that there is none", async () => {
    for (const path of ["/console/session", "/console/session/projects"]) {
      keystone.misbehaviour = () => false;
      expect(errorIn(await ask("GET", path)).reason).toBe("not-authenticated");
      keystone.misbehaviour = answering("/v3/auth/", () => [401, REFUSAL]);
      const ended = await withToken(path);
      expect(errorIn(ended).reason).toBe("not-authenticated");
      expect(ended.body).not.toContain("Keystone's own words");
    }
  });

  test("is told all the projects, from all of Keystone's pages, by their names", async () => {
    const all = [
      ["c", "gamma", true],
      ["a", "alpha", true],
      ["d", "off", false],
      ["b", "beta", true],
    ] as const;
    keystone.misbehaviour = answering("/v3/auth/projects", (url) => {
      const at = Number(/at=(\d)/.exec(url)?.[1] ?? 0);
      const [id, name, enabled] = all[at] ?? [];
      const next = at + 1 < all.length ? `https://elsewhere.example.org/v3/auth/projects?at=${at + 1}` : null;
      return [200, { projects: [{ id, name, enabled, domain_id: "default" }], links: { next } }];
    });
    const reply = await withToken("/console/session/projects");
    expect([reply.status, jsonOf(reply)]).toEqual([
      200,
      {
        projects: ["alpha", "beta", "gamma"].map((name) => ({
          id: name[0] === "g" ? "c" : name[0],
          name,
          domain_id: "default",
        })),
        truncated: false,
      },
    ]);
  });

  test("is told that there are more projects than Keystone's pages could be asked for", async () => {
    keystone.misbehaviour = answering("/v3/auth/projects", () => [
      200,
      {
        projects: [{ id: "a", name: "alpha" }],
        links: { next: "http://keystone/v3/auth/projects?marker=a" },
      },
    ]);
    const reply = await withToken("/console/session/projects");
    expect(jsonOf(reply)).toMatchObject({ truncated: true });
    expect(keystone.asked.filter(({ url }) => url.startsWith("/v3/auth/projects"))).toHaveLength(20);
  });
});

describe("Keystone", () => {
  test.each<[string, Misbehaviour]>([
    ["fails", answering("/v3/auth/", () => [500, {}])],
    ["has too much to do", answering("/v3/auth/", () => [429, {}])],
    ["answers what is no token", answering("/v3/auth/", () => [201, { token: {} }])],
    ["is silent", ({ url }) => url.startsWith("/v3/auth/")],
  ])("that %s is 503 in the form of every error", async (_, misbehaviour) => {
    keystone.misbehaviour = misbehaviour;
    const replies = [
      await signIn(),
      await withToken("/console/session"),
      await withToken("/console/session/projects"),
    ];
    for (const reply of replies) expect(errorIn(reply).reason).toBe("identity-unavailable");
    expect(replies[0]?.headers["retry-after"]).toBe("1");
  });

  test("that cannot be reached is 503, and the log tells of it once", async () => {
    await using gone = await StandInKeystone.start();
    await using other = await startTestServer({ env: gone.env });
    await gone.down();
    for (let time = 0; time < 3; time += 1) {
      const reply = await ask("POST", "/console/session", BY_PASSWORD, FROM_PAGE, other);
      expect(errorIn(reply).reason).toBe("identity-unavailable");
    }
    expect(other.logged().match(/Those who sign in to the page are answered 503/g)).toHaveLength(1);
  });
});

describe("too much from one address", () => {
  test("is 429 and says how long to wait; a refused password counts six times", async () => {
    keystone.misbehaviour = lettingInNobody;
    const reasons: (string | undefined)[] = [];
    for (let time = 0; time < 6; time += 1) reasons.push(errorIn(await signIn()).reason);
    expect(reasons).toEqual([...Array.from({ length: 5 }, () => "credentials-refused"), "too-many-sign-ins"]);
    const reply = await withToken("/console/session");
    expect(errorIn(reply).reason).toBe("too-many-sign-ins");
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
    address = "198.51.100.1";
    expect(errorIn(await signIn()).reason).toBe("credentials-refused");
  });
});

describe("a server with a tokens file", () => {
  test("has nobody to sign in at, and tells whose a token is", async () => {
    await using own = await startTestServer();
    const refused = [
      await ask("POST", "/console/session", BY_PASSWORD, FROM_PAGE, own),
      await ask("GET", "/console/session/projects", undefined, FROM_PAGE, own),
    ];
    for (const reply of refused) expect(errorIn(reply).reason).toBe("no-sign-in");
    const headers = { ...FROM_PAGE, "X-Auth-Token": "alpha_reader" };
    const known = await ask("GET", "/console/session", undefined, headers, own);
    expect(jsonOf(known)).toEqual({
      expires_at: null,
      user: { id: "anna", name: null, domain: null },
      project: { id: "alpha", name: null, domain: null },
      roles: ["reader"],
    });
    const unknown = { ...FROM_PAGE, "X-Auth-Token": "bad" };
    expect(errorIn(await ask("GET", "/console/session", undefined, unknown, own)).reason).toBe(
      "not-authenticated",
    );
  });
});

describe("what the page must know of the server", () => {
  test("is told to anybody", async () => {
    const reply = await ask("GET", "/console/settings", undefined, {});
    expect([reply.status, jsonOf(reply)]).toEqual([
      200,
      {
        auth: "keystone",
        sign_in: ["token", "password", "application_credential"],
        profile: "glance",
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        tag_quota: 128,
        glance: false,
        api_page: true,
      },
    ]);
    await using own = await startTestServer({
      env: { IMAGETAGS_DOCS: "off", IMAGETAGS_TAG_QUOTA: "-1", IMAGETAGS_TAG_PROFILE: "ims" },
    });
    expect(jsonOf(await ask("GET", "/console/settings", undefined, {}, own))).toMatchObject({
      auth: "static",
      sign_in: ["token"],
      profile: "ims",
      tag_quota: null,
      api_page: false,
    });
  });
});
