import { readFileSync } from "node:fs";
import { expect, it, test } from "vitest";
import { ask } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer } from "../../testing/test-server.ts";

it.each([
  ["glance", "openapi.json"],
  ["ims", "openapi.ims.json"],
])(
  "/openapi.json of the profile %s is the committed document, each time and for anybody",
  async (profile, file) => {
    await using server = await startTestServer({ env: { IMAGETAGS_TAG_PROFILE: profile } });
    const committed: unknown = JSON.parse(
      readFileSync(new URL(`../../../../../packages/contract/${file}`, import.meta.url), "utf8"),
    );
    for (let time = 0; time < 2; time += 1) {
      const reply = await ask(server, "GET", "/openapi.json", { as: "NOBODY" });
      expect(reply.status).toBe(200);
      expect(jsonOf(reply)).toEqual(committed);
    }
  },
);

test("who has /openapi.json already is answered 304", async () => {
  await using server = await startTestServer();
  const { headers } = await ask(server, "GET", "/openapi.json", { as: "NOBODY" });
  expect(headers["etag"]).toMatch(/^"[\w-]{43}"$/);
  const known = [["If-None-Match", headers["etag"] ?? ""]] as const;
  const again = await ask(server, "GET", "/openapi.json", { as: "NOBODY", headers: known });
  expect([again.status, again.body, again.headers["etag"]]).toEqual([304, "", headers["etag"]]);
});
