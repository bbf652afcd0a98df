// The ways in which the server itself logs in.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { as } from "./requests.ts";
import { startAsking, type Setting } from "./setting.ts";

export async function loginChecks(setting: Setting) {
  const { checks, keystone, service, stack } = setting;
  const alice = await keystone.user({ project: "alpha", roles: ["member"] });
  const secretFile = join(stack.use(temporaryFolder("secret")).path, "secret");
  writeFileSync(secretFile, `${service.password}\n`);
  const credential = await service.applicationCredential();
  // A variable that is set to nothing is not given.
  const noUser = { OS_USERNAME: "", OS_PASSWORD: "", OS_PROJECT_NAME: "" };

  for (const [way, settings] of [
    ["with a URL without /v3", { OS_AUTH_URL: keystone.url.replace("/v3", "") }],
    ["with its password from a file", { OS_PASSWORD: "", OS_PASSWORD_FILE: secretFile }],
    [
      "by ids",
      { OS_USERNAME: "", OS_USER_ID: service.id, OS_PROJECT_NAME: "", OS_PROJECT_ID: service.project.id },
    ],
    ["with an application credential", { ...noUser, ...credential.environment }],
  ] as [string, Record<string, string>][]) {
    await checks.check(`the server logs in ${way}`, async () => {
      const { url, stop } = await startAsking(setting, settings);
      assert.equal((await as(url, "GET", "/v2/images", await alice.token())).status, 200);
      await stop();
    });
  }

  await checks.check(
    "a wrong password of the server's own is 503 to callers and told in the log",
    async () => {
      const { url, stdout, stop } = await startAsking(setting, { OS_PASSWORD: "a-wrong-password" });
      const token = await alice.token();
      for (let time = 0; time < 3; time += 1) {
        const { status, headers } = await as(url, "GET", "/v2/images", token);
        assert.equal(status, 503);
        assert.ok(Number(headers["retry-after"]) > 0);
      }
      const told = stdout()
        .split("\n")
        .filter((line) => line.includes("does not let this server log in"));
      assert.equal(told.length, 1);
      assert.ok(!stdout().includes("a-wrong-password"));
      await stop();
    },
  );
}
