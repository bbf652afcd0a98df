// Tokens that end, the callers' and the server's own.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { as, send } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";

/** How long a token of this Keystone lives: longer than any other check needs one, and the checks here wait for it. */
export const TOKEN_SECONDS = 150;

export async function expiryChecks(setting: Setting) {
  const { checks, keystone, service } = setting;
  const { url } = await startAsking(setting);
  const alice = await keystone.user({ project: "gamma", roles: ["member"] });
  const token = await alice.token();
  const made = performance.now();
  const list = async (subject: string, serviceToken: string) =>
    (
      await send(url, "GET", "/v2/images", [
        ["Host", new URL(url).host],
        ["X-Auth-Token", subject],
        ["X-Service-Token", serviceToken],
      ])
    ).status;

  await checks.check(
    "a token is refused from its end on, though the cache would believe it longer",
    async () => {
      let status = 200;
      let asked = 0;
      while (status === 200) {
        ({ status } = await as(url, "GET", "/v2/images", token));
        asked += 1;
        await delay(100);
      }
      const seconds = (performance.now() - made) / 1000;
      console.log(`    good for ${asked - 1} requests, refused after ${seconds.toFixed(1)} s`);
      assert.equal(status, 401);
      assert.ok(seconds > TOKEN_SECONDS - 2 && seconds < TOKEN_SECONDS + 2, `after ${seconds} s`);
    },
  );
  await checks.check("with a service's token it is good for longer, with another's it is not", async () => {
    assert.equal(await list(token, await service.token()), 200);
    assert.equal(await list(token, await alice.token()), 401);
    assert.equal((await as(url, "GET", "/v2/images", token)).status, 401);
  });
  await checks.check("the server has another token of its own by then, and asks about others", async () => {
    assert.equal((await as(url, "GET", "/v2/images", await alice.token())).status, 200);
    assert.equal((await as(url, "GET", "/v2/images", "not-a-token")).status, 401);
  });
}
