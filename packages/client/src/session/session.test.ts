import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { createClient } from "../client.ts";
import { ConnectionError, InvalidOptionError, TimeLimitError } from "../errors/errors.ts";
import { catalogWith, PASSWORD, startTestKeystone } from "../testing/test-keystone.ts";
import {
  errorOf,
  json,
  noContent,
  rejection,
  startTestServer,
  text,
  untypedCall,
  type PlainAnswer,
} from "../testing/test-server.ts";
import { AuthenticationError, EndpointNotFoundError } from "./session-errors.ts";
import { createSession, type SessionOptions } from "./session.ts";

const user = { name: "ci", domain: { name: "Default" } };
const auth = { type: "password", user, password: PASSWORD } as const;
const call = { params: { image_id: "i", tag: "t" } };

/** Sends a client's requests to a test server, whatever endpoint the catalog gave. */
function sessionOf({ root }: { readonly root: string }, options: Partial<SessionOptions> = {}) {
  return createSession({ authUrl: root, auth, ...options });
}

describe("a session asks Keystone for a token", () => {
  test.each([
    [
      "by a password, scoped to a project by name",
      { auth, scope: { project: { name: "p", domain: { id: "default" } } } },
      {
        identity: { methods: ["password"], password: { user: { ...user, password: PASSWORD } } },
        scope: { project: { name: "p", domain: { id: "default" } } },
      },
    ],
    [
      "by a password of a user's id, scoped to a domain",
      { auth: { type: "password", user: { id: "u" }, password: "x" }, scope: { domain: { name: "D" } } },
      {
        identity: { methods: ["password"], password: { user: { id: "u", password: "x" } } },
        scope: { domain: { name: "D" } },
      },
    ],
    [
      "by an application credential's id",
      { auth: { type: "applicationCredential", id: "a", secret: "s" } },
      { identity: { methods: ["application_credential"], application_credential: { id: "a", secret: "s" } } },
    ],
    [
      "by an application credential's name",
      { auth: { type: "applicationCredential", name: "n", user, secret: "s" } },
      {
        identity: {
          methods: ["application_credential"],
          application_credential: { name: "n", user, secret: "s" },
        },
      },
    ],
    [
      "by a token, scoped to the system",
      { auth: { type: "token", token: "old" }, scope: { system: "all" } },
      { identity: { methods: ["token"], token: { id: "old" } }, scope: { system: { all: true } } },
    ],
    [
      "by a password, scoped by a trust",
      { auth, scope: { trust: { id: "t" } } },
      {
        identity: { methods: ["password"], password: { user: { ...user, password: PASSWORD } } },
        scope: { "OS-TRUST:trust": { id: "t" } },
      },
    ],
  ] satisfies [string, Partial<SessionOptions>, object][])("%s", async (_, options, expected) => {
    await using keystone = await startTestKeystone();
    expect(await sessionOf(keystone, options).token()).toBe("own-token-1");
    expect(keystone.asked).toMatchObject([{ method: "POST", url: "/v3/auth/tokens" }]);
    expect(keystone.asked[0]?.body).toEqual({ auth: expected });
  });

  test.each(["", "/", "/v3", "/v3/", "/identity", "/identity/v3"])(
    "at a URL that ends with %j",
    async (path) => {
      await using keystone = await startTestKeystone();
      await sessionOf({ root: keystone.root + path }).token();
      expect(keystone.asked[0]?.url).toBe(
        path.startsWith("/identity") ? "/identity/v3/auth/tokens" : "/v3/auth/tokens",
      );
    },
  );

  test("not before one is needed, and one for all calls at the same time", async () => {
    await using keystone = await startTestKeystone();
    const session = sessionOf(keystone);
    expect(keystone.asked).toEqual([]);
    const tokens = await Promise.all([session.token(), session.endpoint(), session.token(), session.token()]);
    expect(tokens).toEqual(["own-token-1", "http://image", "own-token-1", "own-token-1"]);
    expect(await session.token()).toBe("own-token-1");
    expect(keystone.asked).toHaveLength(1);
  });

  test.each([0, 3_600_000, -86_400_000])(
    "anew before it ends, with Keystone's clock off by %i ms",
    async (clockMs) => {
      await using keystone = await startTestKeystone({
        clock: () => Date.now() + clockMs,
        ownLifetime: 600_000,
      });
      const session = sessionOf(keystone);
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        expect(await session.token()).toBe("own-token-1");
        vi.setSystemTime(Date.now() + 530_000);
        expect(await session.token()).toBe("own-token-1");
        vi.setSystemTime(Date.now() + 15_000);
        expect(await session.token()).toBe("own-token-2");
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test("again after it failed, and after a 503 by itself", async () => {
    let count = 0;
    await using keystone = await startTestKeystone({
      misbehaviour: (_asked, response) => {
        count += 1;
        if (count === 1) json(401, errorOf(401, "Unauthorized", "No."))(response);
        if (count === 2) text(503, "text/html", "<h1>503</h1>")(response);
        return count <= 2;
      },
    });
    const session = sessionOf(keystone, { retry: { firstDelayMs: 1 } });
    expect(await rejection(session.token())).toBeInstanceOf(AuthenticationError);
    expect(await session.token()).toBe("own-token-3");
  });
});

describe("the image service's endpoint", () => {
  test.each([
    ["the first public one", {}, "http://image"],
    ["that of a region", { region: "RegionTwo" }, "http://public.two:9292"],
    ["that of an interface", { interface: "internal" }, "http://internal.one:9292"],
    [
      "the best of several interfaces",
      { interface: ["admin", "internal", "public"] },
      "http://internal.one:9292",
    ],
    ["that of another service type", { serviceType: "identity" }, "http://keystone"],
  ] satisfies [string, Partial<SessionOptions>, string][])("is %s", async (_, options, endpoint) => {
    await using keystone = await startTestKeystone();
    expect(await sessionOf(keystone, options).endpoint()).toBe(endpoint);
  });

  test("can be given, and then Keystone is not asked for it", async () => {
    await using keystone = await startTestKeystone();
    const session = sessionOf(keystone, { endpointOverride: "http://mine/image/v2/" });
    expect(await session.endpoint()).toBe("http://mine/image");
    expect(keystone.asked).toEqual([]);
  });

  test("that is not in the catalog is an error which names those that are", async () => {
    await using keystone = await startTestKeystone();
    const error = await rejection(sessionOf(keystone, { region: "Nowhere" }).endpoint());
    expect(error).toBeInstanceOf(EndpointNotFoundError);
    expect(error).toMatchObject({
      code: "ENDPOINT_NOT_FOUND",
      message: expect.stringMatching(
        /no public endpoint of service type image in region Nowhere.*RegionOne.*RegionTwo/,
      ),
      listed: expect.arrayContaining([
        { region: "RegionTwo", interface: "public", url: "http://public.two:9292" },
      ]),
    });
  });

  test.each([
    [undefined],
    [[]],
    ["catalog"],
    [[null, { type: "image" }, { type: "image", endpoints: [{ url: 7 }] }]],
  ])("is in no catalog like %j", async (catalog) => {
    await using keystone = await startTestKeystone({ catalog: () => catalog ?? null });
    expect(await rejection(sessionOf(keystone).endpoint())).toMatchObject({ listed: [] });
  });

  test("of a catalog that Keystone v2 made", async () => {
    const endpoints = [{ interface: "publicURL", region: "R", url: "http://old" }];
    await using keystone = await startTestKeystone({ catalog: () => [{ type: "image", endpoints }] });
    expect(await sessionOf(keystone, { region: "R" }).endpoint()).toBe("http://old");
  });
});

describe("a client with a session", () => {
  test("calls the endpoint of the catalog with the token", async () => {
    await using server = await startTestServer();
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    const client = createClient({ session: sessionOf(keystone) });
    expect(await client.imageTags.delete(call)).toMatchObject({ status: 204 });
    expect(server.arrivals).toMatchObject([
      { target: "/v2/images/i/tags/t", headers: { "x-auth-token": "own-token-1" } },
    ]);
  });

  test("renews the token once when the image service answers 401", async () => {
    await using server = await startTestServer((response, arrival) => {
      const known = arrival.headers["x-auth-token"] === "own-token-2";
      (known ? noContent : json(401, errorOf(401, "Unauthorized", "No.")))(response);
    });
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    const client = createClient({ session: sessionOf(keystone), retry: false });
    const replies = await Promise.all([1, 2, 3].map(() => client.imageTags.delete(call)));
    expect(replies.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect(keystone.asked).toHaveLength(2);
  });

  test("gives the 401 when the new token is refused too", async () => {
    await using server = await startTestServer(json(401, errorOf(401, "Unauthorized", "No.")));
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    const reply = await createClient({ session: sessionOf(keystone) }).imageTags.delete(call);
    expect(reply.status).toBe(401);
    expect([server.arrivals.length, keystone.asked.length]).toEqual([2, 2]);
  });

  test("throws what the session throws, and sends nothing", async () => {
    await using keystone = await startTestKeystone({ catalog: () => [] });
    const client = createClient({ session: sessionOf(keystone) });
    expect(await rejection(client.imageTags.delete(call))).toBeInstanceOf(EndpointNotFoundError);
  });

  test.each([
    ["session", { session: {} }],
    ["session", { session: null }],
    ["endpoint", { session: sessionOf({ root: "http://k" }), endpoint: "http://host" }],
    ["token", { session: sessionOf({ root: "http://k" }), token: "t" }],
  ])("is refused with a bad %s", async (option, options) => {
    await expect(untypedCall(createClient, options)).rejects.toMatchObject({
      code: "INVALID_OPTION",
      option,
    });
  });
});

describe("a failed authentication", () => {
  const quoting = `Invalid input ${PASSWORD} and ${JSON.stringify(PASSWORD)}`;

  test.each([
    ["401", json(401, errorOf(401, "Unauthorized", "The request you have made requires authentication."))],
    ["400 that quotes the password", json(400, errorOf(400, "Bad Request", quoting))],
    [
      "page that quotes the request",
      text(500, "text/html", `<p>${JSON.stringify({ password: PASSWORD })}</p>`),
    ],
    ["redirect", (response) => response.writeHead(302, { Location: "http://elsewhere" }).end()],
    ["201 without a token", json(201, { token: {} })],
    ["200 of something else", text(200, "text/html", "<h1>Welcome</h1>")],
  ] satisfies [string, PlainAnswer][])("by a %s is typed and holds no password", async (_, answer) => {
    await using keystone = await startTestKeystone({
      misbehaviour: (_asked, response) => {
        answer(response);
        return true;
      },
    });
    const error = await rejection(sessionOf(keystone).token());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "AUTHENTICATION_FAILED", status: expect.any(Number) });
    expectNoPassword(error);
  });

  test("of a connection is a ConnectionError without the password, whatever fetch throws", async () => {
    const fetch = async (_: unknown, init?: RequestInit) => {
      throw Object.assign(new TypeError(`fetch failed: ${JSON.stringify(init)}`), {
        init,
        code: "ECONNRESET",
      });
    };
    const error = await rejection(sessionOf({ root: "http://k" }, { fetch, retry: false }).token());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ method: "POST", url: "http://k/v3/auth/tokens", reason: "ECONNRESET" });
    expectNoPassword(error);
  });

  test("by silence is a TimeLimitError", async () => {
    await using keystone = await startTestKeystone({ misbehaviour: () => true });
    const error = await rejection(sessionOf(keystone, { timeoutMs: 50 }).token());
    expect(error).toBeInstanceOf(TimeLimitError);
    expectNoPassword(error);
  });
});

test.each([
  ["authUrl", { authUrl: "keystone:5000" }],
  ["authUrl", { authUrl: "http://k/v2.0" }],
  ["authUrl", { authUrl: `http://u:${encodeURIComponent(PASSWORD)}@k` }],
  ["auth", { auth: undefined }],
  ["auth.type", { auth: { type: "kerberos" } }],
  ["auth.password", { auth: { type: "password", user, password: "" } }],
  ["auth.user", { auth: { type: "password", password: PASSWORD } }],
  ["auth.user.name", { auth: { type: "password", user: {}, password: PASSWORD } }],
  ["auth.user.domain", { auth: { type: "password", user: { name: "u" }, password: PASSWORD } }],
  ["auth.secret", { auth: { type: "applicationCredential", id: "a" } }],
  ["auth.token", { auth: { type: "token", token: 7 } }],
  ["scope", { scope: {} }],
  ["scope", { auth: { type: "applicationCredential", id: "a", secret: PASSWORD }, scope: { system: "all" } }],
  ["scope.project.domain", { scope: { project: { name: "p" } } }],
  ["interface", { interface: "secret" }],
  ["interface", { interface: [] }],
  ["region", { region: "" }],
  ["serviceType", { serviceType: 7 }],
  ["endpointOverride", { endpointOverride: "glance" }],
  ["timeoutMs", { timeoutMs: 0 }],
  ["retry", { retry: true }],
  ["fetch", { fetch: "fetch" }],
])("the option %s is refused when it is of no use: %j", async (option, options) => {
  const created = untypedCall(createSession, { authUrl: "http://k", auth, ...options });
  await expect(created).rejects.toThrow(InvalidOptionError);
  await expect(created).rejects.toMatchObject({ option });
  expectNoPassword(await rejection(created));
});

function expectNoPassword(error: unknown): void {
  const shown = [
    inspect(error, { depth: null, showHidden: true }),
    JSON.stringify(error),
    error instanceof Error ? `${error.message}\n${error.stack}` : "",
  ].join("\n");
  expect(shown).not.toContain("hunter2");
}
