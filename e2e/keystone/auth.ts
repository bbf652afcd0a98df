// Tokens that are none, that are revoked, that are restricted, and those of services.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { as, makeImage, send, tagsOf } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";

/** How long the server believes what Keystone said, in seconds. */
const CACHE_SECONDS = 3;

export async function authChecks(setting: Setting) {
  const { checks, keystone } = setting;
  const { url, stdout } = await startAsking(setting, {
    IMAGETAGS_TOKEN_CACHE_SECONDS: String(CACHE_SECONDS),
    IMAGETAGS_WWW_AUTHENTICATE_URI: "https://identity.example.org/v3",
  });
  const alice = await keystone.user({ project: "alpha", roles: ["member"] });
  const good = await alice.token();
  const list = (...headers: (readonly [string, string])[]) =>
    send(url, "GET", "/v2/images", [["Host", new URL(url).host], ...headers]);

  await checks.check("a token of Keystone's is taken, and its caller owns what it makes", async () => {
    const { json } = await as(url, "GET", `/v2/images/${await makeImage(url, good)}`, good);
    assert.equal(json.owner, alice.project.id);
  });
  for (const [what, headers] of [
    ["no token", []],
    ["an empty token", [["X-Auth-Token", ""]]],
    ["a token that Keystone does not know", [["X-Auth-Token", "not-a-token"]]],
    ["a token whose end is cut off", [["X-Auth-Token", good.slice(0, -4)]]],
    ["a token of 4,096 characters", [["X-Auth-Token", "gAAAAA".padEnd(4_096, "x")]]],
    [
      "a good token twice",
      [
        ["X-Auth-Token", good],
        ["X-Auth-Token", good],
      ],
    ],
    ["a good token as X-Storage-Token", [["X-Storage-Token", good]]],
    [
      "the identity in headers",
      [
        ["X-Identity-Status", "Confirmed"],
        ["X-Roles", "admin"],
        ["X-Project-Id", "p"],
      ],
    ],
  ] as const) {
    await checks.check(`${what}: 401, which names where tokens are had`, async () => {
      const reply = await list(...headers);
      assert.equal(reply.status, 401);
      assert.equal(reply.headers["www-authenticate"], 'Keystone uri="https://identity.example.org/v3"');
    });
  }

  await checks.check(
    `a revoked token is refused when the cache of ${CACHE_SECONDS} seconds forgets it`,
    async () => {
      const token = await alice.token();
      assert.equal((await list(["X-Auth-Token", token])).status, 200);
      await keystone.revoke(token);
      const revoked = performance.now();
      while ((await list(["X-Auth-Token", token])).status === 200) await delay(50);
      const seconds = (performance.now() - revoked) / 1000;
      console.log(`    refused after ${seconds.toFixed(1)} s`);
      assert.ok(seconds < CACHE_SECONDS + 2);
    },
  );
  await checks.check("so is the token of a user who has lost the role", async () => {
    const leaver = await keystone.user({ project: "alpha", roles: ["member"] });
    const token = await leaver.token();
    assert.equal((await list(["X-Auth-Token", token])).status, 200);
    await keystone.removeRole(leaver, "member");
    await delay(CACHE_SECONDS * 1000);
    assert.equal((await list(["X-Auth-Token", token])).status, 401);
  });

  await checks.check("an application credential acts as its user", async () => {
    const { token } = await alice.applicationCredential();
    assert.equal((await list(["X-Auth-Token", await token()])).status, 200);
  });
  await checks.check(
    "an application credential that may only remove tags removes tags, and nothing else",
    async () => {
      const accessRules = [{ service: "image", method: "DELETE", path: "/v2/images/*/tags/*" }];
      const token = await (await alice.applicationCredential({ accessRules })).token();
      const id = await makeImage(url, good, { tags: ["a", "b", "c/d"] });
      const of = async (method: string, path: string) => (await as(url, method, path, token)).status;
      assert.equal(await of("DELETE", `/v2/images/${id}/tags/a`), 204);
      assert.equal(await of("DELETE", `/v2/images/${id}/tags/c%2Fd`), 204);
      for (const [method, path] of [
        ["GET", `/v2/images/${id}`],
        ["PUT", `/v2/images/${id}/tags/x`],
        ["DELETE", `/v2/images/${id}/tags`],
        ["DELETE", `/v2/images/${id}/tags/`],
        ["DELETE", `/v2/images/${id}//tags/b`],
        ["DELETE", `/v2/images/${id}`],
        ["DELETE", `/v2/images/${id}/tags/b/../..`],
        ["GET", "/v2/images"],
      ] as const) {
        assert.equal(await of(method, path), 401, `${method} ${path}`);
      }
      assert.deepEqual(await tagsOf(url, good, id), ["b"]);
    },
  );
  await checks.check("an application credential for another service is good for nothing here", async () => {
    const accessRules = [{ service: "compute", method: "GET", path: "**" }];
    // Keystone takes no path that does not begin with a slash.
    const path = "/v2/images";
    const rules = accessRules.map((rule) => ({ ...rule, path }));
    const token = await (await alice.applicationCredential({ accessRules: rules })).token();
    assert.equal((await list(["X-Auth-Token", token])).status, 401);
  });
  await checks.check("neither a token nor a password is in the log", () => {
    assert.ok(!stdout().includes(good));
    assert.ok(!stdout().includes(setting.service.password));
  });
}
