import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, errorIn, makeImage, type ApiRequest } from "../../testing/api.ts";
import { startKeystone, startKeystoneServer } from "../../testing/keystone-server.ts";
import { startTestServer } from "../../testing/test-server.ts";

type KeystoneServer = Awaited<ReturnType<typeof startKeystoneServer>>;
type Headers = NonNullable<ApiRequest["headers"]>;

let server: KeystoneServer;
let image: string;
beforeAll(async () => {
  server = await startKeystoneServer({ IMAGETAGS_WWW_AUTHENTICATE_URI: "https://identity.example.org/v3" });
  image = await makeImage(server, { visibility: "public" }, "ADMIN");
});
afterAll(() => server[Symbol.asyncDispose]());

const withHeaders = (method: string, path: string, ...headers: Headers) =>
  ask(server, method, path, { as: "NOBODY", headers });
const show = (...headers: Headers) => withHeaders("GET", `/v2/images/${image}`, ...headers);

describe("with Keystone, a request", () => {
  test.each<[string, Headers]>([
    ["without a token", []],
    ["with an empty token", [["X-Auth-Token", ""]]],
    ["with a token that is not known", [["X-Auth-Token", "bad"]]],
    ["with a token and something behind it", [["X-Auth-Token", "alpha_member x"]]],
    ["with a token beyond ASCII", [["X-Auth-Token", "alpha_memb\u00e9r"]]],
    ["with a token of 5,000 characters", [["X-Auth-Token", "x".repeat(5_000)]]],
    ["with its token as X-Storage-Token", [["X-Storage-Token", "alpha_member"]]],
    [
      "with a good token twice",
      [
        ["X-Auth-Token", "alpha_member"],
        ["X-Auth-Token", "alpha_member"],
      ],
    ],
    [
      "with a good token behind a bad one",
      [
        ["X-Auth-Token", "bad"],
        ["x-auth-token", "alpha_member"],
      ],
    ],
    [
      "with a good token behind an empty one",
      [
        ["X-Auth-Token", ""],
        ["X-Auth-Token", "alpha_member"],
      ],
    ],
  ])("%s is 401 and told where tokens are had", async (_, headers) => {
    const reply = await show(...headers);
    expect(reply.status).toBe(401);
    expect(reply.headers["www-authenticate"]).toBe('Keystone uri="https://identity.example.org/v3"');
    expect(errorIn(reply).code).toBe(401);
  });

  test("with a good token is answered", async () => {
    expect((await show(["X-Auth-Token", "alpha_member"])).status).toBe(200);
  });

  test("is by whom Keystone says, whatever its headers say of identity", async () => {
    const forged = [
      ["X-Identity-Status", "Confirmed"],
      ["X-Service-Identity-Status", "Confirmed"],
      ["X-Roles", "admin"],
      ["X-Role", "admin"],
      ["X-User-Id", "admin"],
      ["X-Project-Id", "infra"],
      ["X-Tenant-Id", "infra"],
      ["X-Is-Admin-Project", "True"],
      ["OpenStack-System-Scope", "all"],
    ] as const;
    const path = `/v2/images/${image}/tags/x`;
    expect((await withHeaders("PUT", path, ...forged)).status).toBe(401);
    expect((await withHeaders("PUT", path, ["X-Auth-Token", "alpha_member"], ...forged)).status).toBe(403);
    const made = await ask(server, "POST", "/v2/images", { headers: forged, body: "{}" });
    expect(JSON.parse(made.body)).toMatchObject({ owner: "alpha" });
  });

  test.each(["GET", "PATCH", "DELETE"])(
    "of an admin of the system, who has no project, is 404: %s",
    async (method) => {
      const type = ["Content-Type", "application/openstack-images-v2.1-json-patch"] as const;
      const token = ["X-Auth-Token", "system_admin"] as const;
      const body = method === "PATCH" ? "[]" : "";
      const reply = await ask(server, method, `/v2/images/${image}`, {
        as: "NOBODY",
        headers: [token, type],
        body,
      });
      expect(reply.status).toBe(404);
    },
  );

  test("is in the log with its user and project, and never with a token", async () => {
    await ask(server, "GET", "/v2/images", { as: "BETA_READER" });
    await withHeaders("GET", "/v2/images", ["X-Auth-Token", "a-secret"], ["X-Service-Token", "another"]);
    await expect.poll(() => server.logged()).toContain('"project":"beta","user":"bert"');
    expect(server.logged()).not.toMatch(/beta_reader|a-secret|another|own-token|the-servers-own-password/);
  });
});

describe("an application credential that may only remove tags", () => {
  const token = ["X-Auth-Token", "ci"] as const;
  beforeAll(() => {
    const rule = { service: "image", method: "DELETE", path: "/v2/images/*/tags/*" };
    server.keystone.know("ci", { projectId: "alpha", roles: ["member", "reader"], accessRules: [rule] });
  });

  test.each([
    ["/v2/images/{image}/tags/a", "a"],
    ["/v2.9/images/{image}/tags/a", "a"],
    ["/%762/images/{image}/tags/a", "a"],
    ["/v2/images/{image}/%74ags/a", "a"],
    ["/v2/images/{image}/tags/a%2Fb", "a/b"],
    ["/v2/images/{image}/tags/a%2fb", "a/b"],
    ["/v2/images/{image}/tags/..", ".."],
    ["/v2/images/{image}/tags/%2e%2e", ".."],
    ["/v2/images/{image}/tags/a?path=/v2/images", "a"],
  ])("removes one by %s", async (path, tag) => {
    const id = await makeImage(server, { tags: ["a", "a/b", ".."] });
    const reply = await withHeaders("DELETE", path.replace("{image}", id), token);
    expect(reply.status).toBe(204);
    const left = JSON.parse((await ask(server, "GET", `/v2/images/${id}`)).body) as { tags: string[] };
    expect(left.tags.toSorted()).toEqual(["..", "a", "a/b"].filter((each) => each !== tag));
  });

  test.each([
    ["DELETE", "/v2/images/{image}"],
    ["DELETE", "/v2/images/{image}/tags"],
    ["DELETE", "/v2/images/{image}/tags/"],
    ["DELETE", "/v2/images/{image}/tags//a"],
    ["DELETE", "/v2/images/{image}//tags/a"],
    ["DELETE", "/v2//images/{image}/tags/a"],
    ["DELETE", "/v2/images/{image}%2Ftags%2Fa"],
    ["DELETE", "/v2/images/{image}/tags/a/../../.."],
    ["DELETE", "/v2/images/{image}/tags/a/b"],
    ["DELETE", "/v2/images/{image}/members/tags/a"],
    ["PUT", "/v2/images/{image}/tags/a"],
    ["GET", "/v2/images/{image}/tags/a"],
    ["HEAD", "/v2/images/{image}/tags/a"],
    ["GET", "/v2/images/{image}"],
    ["GET", "/v2/images"],
    ["PATCH", "/v2/images/{image}"],
  ])("is not let through for %s %s", async (method, path) => {
    const id = await makeImage(server, { tags: ["a"] });
    const reply = await withHeaders(method, path.replace("{image}", id), token);
    expect(reply.status).toBe(401);
    expect(reply.headers["www-authenticate"]).toMatch(/^Keystone uri=/);
    expect(await ask(server, "GET", `/v2/images/${id}`)).toMatchObject({ status: 200 });
  });

  test("does not get rid of its rules by a service token that is none", async () => {
    const reply = await withHeaders("GET", "/v2/images", token, ["X-Service-Token", "alpha_member"]);
    expect(reply.status).toBe(401);
  });
});

describe("a service token", () => {
  beforeAll(() => {
    server.keystone.know("nova", { userId: "nova", projectId: "service", roles: ["service"] });
    server.keystone.know("ended", { projectId: "alpha", roles: ["reader"], expiresAt: Date.now() - 1_000 });
  });

  test("lets a token pass that has ended", async () => {
    expect((await show(["X-Auth-Token", "ended"])).status).toBe(401);
    expect((await show(["X-Auth-Token", "ended"], ["X-Service-Token", "nova"])).status).toBe(200);
  });

  test("twice, or without a user's token, lets nothing pass", async () => {
    const nova = ["X-Service-Token", "nova"] as const;
    expect((await show(["X-Auth-Token", "ended"], nova, nova)).status).toBe(401);
    expect((await show(nova)).status).toBe(401);
  });
});

describe("while Keystone is away", () => {
  test("whoever is known is answered, whoever is not gets 503 first of all, and it ends by itself", async () => {
    await using other = await startKeystoneServer();
    const id = await makeImage(other, { tags: ["a", "b"] });
    await other.keystone.down();
    expect((await ask(other, "DELETE", `/v2/images/${id}/tags/a`)).status).toBe(204);
    for (const path of [`/v2/images/${id}`, "/v2/images/x/tags/%zz", "/v2/nonsense"]) {
      const reply = await ask(other, "DELETE", path, { as: "BETA_MEMBER" });
      expect(reply.status).toBe(503);
      expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
      expect(errorIn(reply).message).not.toContain(other.keystone.url);
    }
    expect((await ask(other, "GET", "/v2/images", { as: "NOBODY" })).status).toBe(401);
    expect((await ask(other, "GET", "/healthcheck", { as: "NOBODY" })).status).toBe(200);
    await other.keystone.up();
    expect((await ask(other, "GET", `/v2/images/${id}`, { as: "BETA_MEMBER" })).status).toBe(404);
    const lines = other.logged().split("\n");
    const told = lines.filter((line) => line.includes('"msg":"Keystone'));
    expect(told).toEqual([
      expect.stringContaining("gives no answer: connect ECONNREFUSED"),
      expect.stringContaining("Keystone answers again."),
    ]);
  });

  test("the server starts, and answers when Keystone comes", async () => {
    await using keystone = await startKeystone();
    await keystone.down();
    await using other = await startTestServer({ env: keystone.env });
    expect((await ask(other, "GET", "/v2/images")).status).toBe(503);
    await keystone.up();
    expect((await ask(other, "GET", "/v2/images")).status).toBe(200);
  });

  test("the server stops when it is told to, and answers whoever waits", async () => {
    const other = await startKeystoneServer({ IMAGETAGS_KEYSTONE_TIMEOUT: "0.5" });
    other.keystone.misbehaviour = () => true;
    const waiting = ask(other, "GET", "/v2/images");
    await sleep(100);
    const stopped = other[Symbol.asyncDispose]();
    expect((await waiting).status).toBe(503);
    await stopped;
  });
});
