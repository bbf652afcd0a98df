import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  StandInKeystone,
  Misbehaviour,
  StandInOptions,
} from "@imagetags/testing/keystone/stand-in-keystone";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keystoneConfig, startKeystone } from "../../testing/keystone-server.ts";
import { IdentityUnavailable, type Caller, type TokenUse } from "../caller.ts";
import { KeystoneTokens } from "./keystone-tokens.ts";

const USE: TokenUse = { serviceToken: undefined, method: "GET", path: "/v2/images" };
const withService = (serviceToken: string): TokenUse => ({ ...USE, serviceToken });

let now: number;
let keystone: StandInKeystone;
let tokens: KeystoneTokens;
let logged: string[];
const stack = { current: new AsyncDisposableStack() };

/** A validator and its Keystone, on one clock that stands still. */
async function start(settings: Record<string, string> = {}, options: StandInOptions = {}): Promise<void> {
  keystone = stack.current.use(await startKeystone({ clock: () => now, ...options }));
  const config = keystoneConfig({ ...keystone.env, ...settings });
  tokens = new KeystoneTokens(config, { warn: (line: unknown) => void logged.push(String(line)) }, () => now);
  stack.current.defer(() => tokens.close());
}

const validate = async (token: string, use = USE): Promise<Caller | undefined> =>
  await tokens.validate(token, use);
const user = async (token: string, use = USE): Promise<string | undefined> =>
  (await validate(token, use))?.userId;

beforeEach(() => {
  now = Date.parse("2026-11-21T12:00:00Z");
  logged = [];
  stack.current = new AsyncDisposableStack();
});
afterEach(() => stack.current.disposeAsync());

describe("a token", () => {
  test("of a project tells its caller, with the roles as Keystone has them, in lower case", async () => {
    await start();
    keystone.know("good", { userId: "alice", projectId: "alpha", roles: ["Member", "reader", "CI Bot"] });
    expect(await validate("good")).toEqual({
      userId: "alice",
      projectId: "alpha",
      roles: new Set(["member", "reader", "ci bot"]),
      attributes: { user_domain_id: "default", project_domain_id: "default", is_admin_project: true },
    });
  });

  test.each([
    ["the system", { system: true }, { system_scope: "all" }],
    ["a domain", { domainId: "d1" }, { domain_id: "d1" }],
    ["nothing", {}, {}],
  ])("of %s has no project", async (_, scope, attributes) => {
    await start();
    keystone.know("good", { projectId: null, roles: ["admin"], ...scope });
    const caller = await validate("good");
    expect(caller?.projectId).toBeNull();
    expect(caller?.attributes).toEqual({ user_domain_id: "default", is_admin_project: true, ...attributes });
  });

  test("is asked about as keystonemiddleware does", async () => {
    await start();
    await validate("alpha_member");
    expect(keystone.questions).toMatchObject([
      {
        url: "/v3/auth/tokens?nocatalog",
        headers: {
          "x-auth-token": "own-token-1",
          "x-subject-token": "alpha_member",
          "openstack-identity-access-rules": "1.0",
        },
      },
    ]);
  });

  test.each([
    ["that Keystone does not know", "nobody's", 1],
    ["with a space", "alpha_member ", 0],
    ["that is two", "alpha_member, alpha_member", 0],
    ["with a letter beyond ASCII", "alpha_memb\u00e9r", 0],
    ["with a control character", "alpha_member\u0000", 0],
    ["of no characters", "", 0],
    ["of 16,385 characters", "x".repeat(16_385), 0],
    ["of 12,000 characters that Keystone does not know", "x".repeat(12_000), 1],
  ])("%s is not valid; questions asked: %j", async (_, token, questions) => {
    await start();
    expect(await validate(token)).toBeUndefined();
    expect(keystone.questions).toHaveLength(questions);
  });
});

describe("what Keystone said of a token", () => {
  test("is told again without a promise and without a question", async () => {
    await start();
    const first = await validate("alpha_member");
    const asked = keystone.asked.length;
    for (let time = 0; time < 1_000; time += 1) expect(tokens.validate("alpha_member", USE)).toBe(first);
    expect(keystone.asked).toHaveLength(asked);
  });

  test("is asked for once by any number of requests at a time", async () => {
    await start();
    const callers = await Promise.all(Array.from({ length: 500 }, () => user("alpha_member")));
    expect(new Set(callers)).toEqual(new Set(["alice"]));
    expect(keystone.questions).toHaveLength(1);
    expect(keystone.logins).toBe(1);
  });

  test("is believed for 300 seconds, revoked or not", async () => {
    await start();
    await validate("alpha_member");
    keystone.revoke("alpha_member");
    now += 299_999;
    expect(await user("alpha_member")).toBe("alice");
    now += 1;
    expect(await user("alpha_member")).toBeUndefined();
  });

  test("is believed for as long as is set, also not at all", async () => {
    await start({ IMAGETAGS_TOKEN_CACHE_SECONDS: "0" });
    expect(await user("alpha_member")).toBe("alice");
    keystone.revoke("alpha_member");
    expect(await user("alpha_member")).toBeUndefined();
    expect(keystone.questions).toHaveLength(2);
  });

  test("does not outlive the token", async () => {
    await start();
    keystone.know("brief", { expiresAt: now + 1_000 });
    expect(await user("brief")).toBe("alice");
    now += 999;
    expect(tokens.validate("brief", USE)).toMatchObject({ userId: "alice" });
    now += 1;
    expect(tokens.validate("brief", USE)).toBeUndefined();
    expect(keystone.questions).toHaveLength(1);
  });

  test("counts for nothing when the token has ended by our clock, whatever Keystone's says", async () => {
    await start({}, { clock: () => now - 60_000 });
    keystone.know("brief", { expiresAt: now - 1 });
    expect(await user("brief")).toBeUndefined();
  });

  test("that it is not valid is remembered for five seconds", async () => {
    await start();
    for (let time = 0; time < 100; time += 1) expect(await user("bad")).toBeUndefined();
    expect(keystone.questions).toHaveLength(1);
    keystone.know("bad", { userId: "late" });
    now += 5_000;
    expect(await user("bad")).toBe("late");
  });
});

describe("the server's own token", () => {
  test("is had with the first question and used for all", async () => {
    await start();
    for (const token of ["alpha_member", "beta_member", "admin"]) await validate(token);
    expect(keystone.logins).toBe(1);
    expect(keystone.asked[0]?.body).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: {
            user: { name: "imagetags", domain: { id: "default" }, password: "the-servers-own-password" },
          },
        },
        scope: { project: { name: "service", domain: { id: "default" } } },
      },
    });
  });

  test("may be that of an application credential", async () => {
    await start();
    const config = keystoneConfig({
      IMAGETAGS_AUTH: "keystone",
      OS_AUTH_URL: keystone.url,
      OS_APPLICATION_CREDENTIAL_ID: "abc",
      OS_APPLICATION_CREDENTIAL_SECRET: "the-servers-own-password",
    });
    await using other = disposable(new KeystoneTokens(config, { warn: () => undefined }, () => now));
    expect(await other.it.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
    expect(keystone.asked[0]?.body).toEqual({
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: { id: "abc", secret: "the-servers-own-password" },
        },
      },
    });
  });

  test("is replaced a minute before it ends", async () => {
    await start();
    await validate("alpha_member");
    now += 3_600_000 - 60_001;
    await validate("beta_member");
    expect(keystone.logins).toBe(1);
    now += 1;
    await validate("alpha_reader");
    expect(keystone.logins).toBe(2);
    expect(keystone.questions.at(-1)?.headers["x-auth-token"]).toBe("own-token-2");
  });

  test("that is good for ten seconds is replaced in its last quarter", async () => {
    await start({}, { ownLifetime: 10_000 });
    await validate("alpha_member");
    now += 7_499;
    await validate("beta_member");
    expect(keystone.logins).toBe(1);
    now += 1;
    await validate("alpha_reader");
    expect(keystone.logins).toBe(2);
  });

  test("is replaced once for all when Keystone refuses it", async () => {
    await start();
    await validate("alpha_member");
    keystone.forgetLogins();
    const callers = await Promise.all(
      ["beta_member", "beta_reader", "admin", "bad"].map((token) => user(token)),
    );
    expect(callers).toEqual(["bob", "bert", "admin", undefined]);
    expect(keystone.logins).toBe(2);
    expect(logged).toEqual([]);
  });

  test("that is refused again and again is not asked for without end", async () => {
    await start();
    keystone.misbehaviour = ({ method }, response) => method === "GET" && status(response, 401);
    await expect(user("alpha_member")).rejects.toThrow(IdentityUnavailable);
    expect(keystone.questions).toHaveLength(2);
    expect(keystone.logins).toBe(2);
    expect(logged).toEqual([expect.stringMatching(/does not let this server ask about tokens: 401\./)]);
  });

  test("is asked for again five seconds after a wrong password, and not sooner", async () => {
    await start({ OS_PASSWORD: "wrong-password" });
    for (let time = 0; time < 20; time += 1) {
      await expect(user(`token-${time}`)).rejects.toThrow(IdentityUnavailable);
    }
    expect(keystone.logins).toBe(1);
    now += 5_000;
    await expect(user("alpha_member")).rejects.toThrow(IdentityUnavailable);
    expect(keystone.logins).toBe(2);
    expect(logged).toEqual([
      expect.stringMatching(/does not let this server log in as user imagetags: 401\./),
    ]);
    expect(logged.join("")).not.toContain("wrong-password");
  });
});

describe("Keystone at a URL without /v3", () => {
  test("is found by its version document, of which only the path counts", async () => {
    await start();
    await using other = await startOn(keystone.url.replace("/v3", ""));
    expect(await other.it.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
    await other.it.validate("beta_member", USE);
    expect(keystone.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /",
      "POST /v3/auth/tokens?nocatalog",
      "GET /v3/auth/tokens?nocatalog",
      "GET /v3/auth/tokens?nocatalog",
    ]);
  });

  test.each([
    ["no version document", 404, {}],
    ["a version document without version 3", 300, { versions: { values: [{ id: "v2.0", links: [] }] } }],
  ])("and with %s is taken to be under /v3", async (_, code, body) => {
    await start();
    keystone.misbehaviour = ({ url }, response) => url === "/" && status(response, code, body);
    await using other = await startOn(keystone.url.replace("/v3", "/"));
    expect(await other.it.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
  });

  test("that fails when asked for its versions is asked again", async () => {
    await start();
    let failures = 1;
    keystone.misbehaviour = ({ url }, response) => url === "/" && failures-- > 0 && status(response, 503);
    await using other = await startOn(keystone.url.replace("/v3", ""));
    expect(await other.it.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
  });
});

describe("when Keystone does not tell", () => {
  test.each<[string, Misbehaviour]>([
    ["500", (_, response) => status(response, 500)],
    ["503", (_, response) => status(response, 503)],
    ["429", (_, response) => status(response, 429)],
    ["400", (_, response) => status(response, 400)],
    ["a page of HTML", (_, response) => raw(response, "<html>Welcome</html>")],
    ["JSON that describes no token", (_, response) => raw(response, '{"token":{"user":{}}}')],
    [
      "a token without an end",
      (_, response) => raw(response, '{"token":{"user":{"id":"a"},"expires_at":"soon"}}'),
    ],
    ["half of an answer", (_, response) => halfAnswer(response)],
    ["2 MB", (_, response) => raw(response, JSON.stringify("x".repeat(2_000_000)))],
    ["a closed connection", (_, response) => Boolean(response.socket?.destroy())],
  ])("and answers %s, it is asked three times and no more", async (_, misbehaviour) => {
    await start();
    await validate("alpha_member");
    keystone.misbehaviour = misbehaviour;
    await expect(user("beta_member")).rejects.toThrow(IdentityUnavailable);
    expect(keystone.questions).toHaveLength(4);
    // A known token stays known, and an unknown one is asked about again.
    expect(tokens.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
    keystone.misbehaviour = () => false;
    expect(await user("beta_member")).toBe("bob");
    expect(logged).toEqual([expect.stringMatching(/^Keystone: http/), "Keystone answers again."]);
    expect(logged.join("")).not.toMatch(/beta_member|own-token/);
  });

  test.each([
    ["once", 1],
    ["twice", 2],
  ])("%s, a request does not notice", async (_, failures) => {
    await start();
    let left = failures;
    keystone.misbehaviour = ({ method }, response) => method === "GET" && left-- > 0 && status(response, 502);
    expect(await user("alpha_member")).toBe("alice");
    expect(logged).toEqual([]);
  });

  test.each<[string, Misbehaviour]>([
    ["never answers", () => true],
    ["sends its answer drop by drop", (_, response) => drip(response)],
  ])("and %s, a request waits no longer than is set", async (_, misbehaviour) => {
    await start({ IMAGETAGS_KEYSTONE_TIMEOUT: "1" });
    await validate("alpha_member");
    keystone.misbehaviour = misbehaviour;
    await expect(user("beta_member")).rejects.toThrow(IdentityUnavailable);
    expect(logged).toEqual([expect.stringMatching(/gives no answer: .*timeout/)]);
    expect(await user("alpha_member")).toBe("alice");
  });

  test("because it is not there, it is logged once, and once that it is back", async () => {
    await start();
    await keystone.down();
    await tokens.open();
    for (const token of ["alpha_member", "beta_member", "bad"]) {
      await expect(user(token)).rejects.toThrow(IdentityUnavailable);
    }
    expect(logged).toEqual([
      expect.stringMatching(/gives no answer: connect ECONNREFUSED .*answered 503\.$/),
    ]);
    await keystone.up();
    expect(await user("alpha_member")).toBe("alice");
    expect(await user("bad")).toBeUndefined();
    expect(logged.slice(1)).toEqual(["Keystone answers again."]);
  });

  test("one question at a time finds out whether it does again, and nobody else waits", async () => {
    await start({ IMAGETAGS_KEYSTONE_TIMEOUT: "1" });
    await validate("alpha_member");
    keystone.misbehaviour = () => true;
    await expect(user("beta_member")).rejects.toThrow(IdentityUnavailable);
    const before = keystone.questions.length;
    const probe = user("beta_member").catch((error: unknown) => error);
    for (let number = 0; number < 100; number += 1) {
      expect(() => tokens.validate(`token-${number}`, USE)).toThrow(IdentityUnavailable);
    }
    expect(await probe).toBeInstanceOf(IdentityUnavailable);
    expect(keystone.questions).toHaveLength(before + 1);
    keystone.misbehaviour = () => false;
    expect(await user("beta_member")).toBe("bob");
    expect(await Promise.all([user("admin"), user("beta_reader")])).toEqual(["admin", "bert"]);
  });

  test("of one token alone, the others are asked about as ever, many at a time", async () => {
    await start();
    keystone.misbehaviour = ({ headers }, response) =>
      headers["x-subject-token"] === "poison" && Boolean(response.socket?.destroy());
    await expect(user("poison")).rejects.toThrow(IdentityUnavailable);
    const again = user("poison").catch((error: unknown) => error);
    expect(await Promise.all(["alpha_member", "beta_member", "admin"].map((token) => user(token)))).toEqual([
      "alice",
      "bob",
      "admin",
    ]);
    expect(await again).toBeInstanceOf(IdentityUnavailable);
  });

  test("for one question, while it answers a later one, nothing is logged", async () => {
    await start({ IMAGETAGS_KEYSTONE_TIMEOUT: "1" });
    keystone.misbehaviour = ({ headers }) => headers["x-subject-token"] === "slow";
    const slow = user("slow");
    now += 1;
    expect(await user("alpha_member")).toBe("alice");
    await expect(slow).rejects.toThrow(IdentityUnavailable);
    expect(logged).toEqual([]);
  });

  test("at the start, it is asked when it is there", async () => {
    await start();
    await keystone.down();
    await tokens.open();
    await keystone.up();
    expect(await user("alpha_member")).toBe("alice");
  });
});

describe("a flood", () => {
  test("of one bad token reaches Keystone once", async () => {
    await start();
    const callers = await Promise.all(Array.from({ length: 1_000 }, () => user("bad")));
    expect(new Set(callers)).toEqual(new Set([undefined]));
    expect(keystone.questions).toHaveLength(1);
  });

  test("of different bad tokens waits in a queue that has an end, over a few connections", async () => {
    await start();
    await validate("alpha_member");
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let together = 0;
    let most = 0;
    keystone.misbehaviour = ({ method }, response) => {
      if (method !== "GET") return false;
      together += 1;
      most = Math.max(most, together);
      void held.then(() => {
        together -= 1;
        return status(response, 404);
      });
      return true;
    };
    const flood = Array.from({ length: 1_000 }, (_, index) =>
      user(`bad-${index}`).then(
        () => "refused",
        (error: unknown) => (error instanceof IdentityUnavailable ? "unavailable" : "broken"),
      ),
    );
    // A known token passes meanwhile.
    expect(tokens.validate("alpha_member", USE)).toMatchObject({ userId: "alice" });
    await vi.waitFor(() => expect(together).toBe(16));
    release();
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => outcome === "refused")).toHaveLength(256);
    expect(outcomes.filter((outcome) => outcome === "unavailable")).toHaveLength(744);
    expect(most).toBe(16);
    expect(keystone.connections).toBeLessThanOrEqual(17);
    expect(logged).toEqual([expect.stringMatching(/^Keystone: 256 tokens wait/)]);
    keystone.misbehaviour = () => false;
    expect(await user("beta_member")).toBe("bob");
  });

  test("of fifty, one after the other, shares the connections that there are", async () => {
    await start();
    for (let number = 0; number < 50; number += 1) await user(`bad-${number}`);
    expect(keystone.connections).toBeLessThanOrEqual(2);
  });
});

describe("an application credential with access rules", () => {
  const DELETE = { ...USE, method: "DELETE", path: "/v2/images/i/tags/t" };

  test("is good for what they name and for nothing else", async () => {
    await start();
    const rule = { service: "image", method: "DELETE", path: "/v2/images/*/tags/*" };
    keystone.know("ci", { accessRules: [rule] });
    expect(await user("ci", DELETE)).toBe("alice");
    expect(await user("ci", { ...DELETE, method: "PUT" })).toBeUndefined();
    expect(await user("ci", { ...DELETE, path: "/v2/images/i" })).toBeUndefined();
    expect(await user("ci", { ...DELETE, path: "/v2/images/i/tags/a%2Fb" })).toBe("alice");
    expect(await user("ci", { ...DELETE, path: "/v2/images/i/tags/a/b" })).toBeUndefined();
    expect(keystone.questions).toHaveLength(1);
  });

  test.each([
    ["no rule at all is good for nothing", []],
    ["rules of another service is good for nothing", [{ service: "compute", method: "DELETE", path: "**" }]],
  ])("and with %s", async (_, accessRules) => {
    await start();
    keystone.know("ci", { accessRules });
    expect(await user("ci", DELETE)).toBeUndefined();
  });

  test("is not held to them where a service passes the request on", async () => {
    await start();
    keystone.know("ci", { accessRules: [] });
    keystone.know("nova", { userId: "nova", roles: ["service"] });
    expect(await user("ci", withService("nova"))).toBe("alice");
  });
});

describe("a service token", () => {
  beforeEach(async () => {
    await start();
    keystone.know("nova", { userId: "nova", projectId: "service", roles: ["Service"] });
    keystone.know("expired", { userId: "alice", expiresAt: now - 1 });
  });

  test("of a service lets an expired token pass, and tells the policy of the service", async () => {
    expect(await user("expired")).toBeUndefined();
    expect(await validate("expired", withService("nova"))).toMatchObject({
      userId: "alice",
      projectId: "alpha",
      attributes: {
        service_user_id: "nova",
        service_project_id: "service",
        service_user_domain_id: "default",
        service_project_domain_id: "default",
        service_roles: ["service"],
      },
    });
    // A token that was remembered for a service does not pass without one.
    expect(await user("expired")).toBeUndefined();
    now += 10_000;
    expect(await user("expired")).toBeUndefined();
  });

  test("lets no token pass that Keystone does not know", async () => {
    expect(await user("bad", withService("nova"))).toBeUndefined();
    expect(keystone.questions.at(-1)?.url).toBe("/v3/auth/tokens?nocatalog&allow_expired=1");
  });

  test.each([
    ["that Keystone does not know", "bad"],
    ["that is malformed", "nova, nova"],
    ["of no characters", ""],
    ["of one who is no service", "admin"],
    ["that has expired itself", "expired"],
  ])("%s counts for nothing", async (_, serviceToken) => {
    expect(await validate("alpha_member", withService(serviceToken))).toEqual(await validate("alpha_member"));
    expect(await user("expired", withService(serviceToken))).toBeUndefined();
    keystone.know("ci", { accessRules: [] });
    expect(await user("ci", withService(serviceToken))).toBeUndefined();
  });

  test("counts by the roles that are set", async () => {
    await start({ IMAGETAGS_SERVICE_TOKEN_ROLES: "Broker,helper" });
    keystone.know("broker", { userId: "broker", roles: ["broker"] });
    keystone.know("nova", { userId: "nova", roles: ["service"] });
    keystone.know("expired", { userId: "alice", expiresAt: now - 1 });
    expect(await user("expired", withService("broker"))).toBe("alice");
    expect(await user("expired", withService("nova"))).toBeUndefined();
  });
});

test("closing ends a question that is under way, and the log is not told of it", async () => {
  await start();
  keystone.misbehaviour = () => true;
  const asked = user("alpha_member").catch((error: unknown) => error);
  await sleep(20);
  await tokens.close();
  expect(await asked).toBeInstanceOf(IdentityUnavailable);
  expect(logged).toEqual([]);
});

async function startOn(url: string) {
  const config = keystoneConfig({ ...keystone.env, OS_AUTH_URL: url });
  return disposable(new KeystoneTokens(config, { warn: () => undefined }, () => now));
}

function disposable(it: KeystoneTokens) {
  return { it, [Symbol.asyncDispose]: () => it.close() };
}

type Response = Parameters<Misbehaviour>[1];

function status(response: Response, code: number, body: object = {}): true {
  response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  return true;
}

function raw(response: Response, text: string): true {
  response.writeHead(200, { "Content-Type": "application/json" }).end(text);
  return true;
}

function halfAnswer(response: Response): true {
  response.writeHead(200, { "Content-Length": 1_000 }).write('{"token":');
  setTimeout(() => response.destroy(), 5);
  return true;
}

function drip(response: Response): true {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), 20);
  void once(response, "close").then(() => clearInterval(timer));
  return true;
}
