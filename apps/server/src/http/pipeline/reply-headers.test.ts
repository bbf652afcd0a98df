import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";
import { READY, upload } from "../../testing/upload.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test("no reply with a body is taken for another type than it says", async () => {
  const image = await makeImage(server, READY);
  await upload(server, image, "<script>");
  for (const path of [
    "/",
    "/healthcheck",
    "/openapi.json",
    "/v2/images",
    `/v2/images/${image}/file`,
    "/no",
  ]) {
    const reply = await ask(server, "GET", path);
    expect(reply.headers["x-content-type-options"], path).toBe("nosniff");
  }
});

test("no cache gives one caller what another may read", async () => {
  const image = await makeImage(server, { ...READY, tags: ["a"] });
  await upload(server, image, "data");
  for (const path of ["", `/${image}`, `/${image}/tags`, `/${image}/tags/a`, `/${image}/file`, "/absent"]) {
    for (const [as, method] of [
      ["ALPHA_MEMBER", "GET"],
      ["ALPHA_MEMBER", "HEAD"],
      ["NOBODY", "GET"],
    ] as const) {
      const { headers } = await ask(server, method, `/v2/images${path}`, { as });
      expect([headers["cache-control"], headers["vary"]], path).toEqual([
        "private, no-cache",
        "X-Auth-Token, Accept-Encoding",
      ]);
    }
  }
});
