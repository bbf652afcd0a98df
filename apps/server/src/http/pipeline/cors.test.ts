import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawRequest } from "../../testing/raw-request.ts";
import { startTestServer, tokenOf, type TestServer } from "../../testing/test-server.ts";

const PAGE = "https://dashboard.example.org";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    env: { IMAGETAGS_CORS_ORIGINS: `${PAGE}, http://localhost:5173` },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, to = server) {
  const reply = await rawRequest(to.port, { method, path, headers: Object.entries(headers) });
  const told = Object.entries(reply.headers).filter(([name]) => name.startsWith("access-control-"));
  return { status: reply.status, vary: reply.headers["vary"], told: Object.fromEntries(told) };
}

function preflight(headers: Readonly<Record<string, string>>) {
  return ask("OPTIONS", "/v2/images/x/tags/y", { "Access-Control-Request-Method": "DELETE", ...headers });
}

describe("a page of an origin that may ask", () => {
  test("is told so before, without a token, for what it means to send", async () => {
    const names = "x-auth-token,If-Match,content-type";
    expect(await preflight({ Origin: PAGE, "Access-Control-Request-Headers": names })).toEqual({
      status: 200,
      vary: "Origin",
      told: {
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "DELETE",
        "access-control-allow-headers": names,
        "access-control-max-age": "3600",
      },
    });
  });

  test.each([
    ["a reply", "/v2/images", { "X-Auth-Token": tokenOf("ALPHA_MEMBER") }, 200],
    ["a refusal", "/v2/images", {}, 401],
    ["a path that is none", "/nowhere", {}, 404],
  ])("may read %s, and is never asked for cookies", async (_, path, headers, status) => {
    const reply = await ask("GET", path, { Origin: PAGE, ...headers });
    expect(reply.status).toBe(status);
    expect(reply.vary).toMatch(/^Origin(?:, X-Auth-Token, Accept-Encoding)?$/);
    expect(reply.told).toEqual({
      "access-control-allow-origin": PAGE,
      "access-control-expose-headers": expect.stringMatching(/^X-Image-Meta-Checksum,.*,ETag,/),
    });
  });
});

describe("nothing is told", () => {
  test.each([
    ["another origin", { Origin: "https://evil.example.org" }],
    ["an origin that only begins alike", { Origin: `${PAGE}.evil.org` }],
    ["no origin", {}],
    ["a method that no route has", { Origin: PAGE, "Access-Control-Request-Method": "TRACE" }],
    [
      "a header that is none of ours",
      { Origin: PAGE, "Access-Control-Request-Headers": "x-auth-token,x-evil" },
    ],
  ])("of %s", async (_, headers) => {
    expect(await preflight(headers)).toEqual({ status: 200, vary: "Origin", told: {} });
  });

  test("where no origin may ask", async () => {
    await using none = await startTestServer();
    expect(await ask("GET", "/versions", { Origin: PAGE }, none)).toEqual({
      status: 200,
      vary: undefined,
      told: {},
    });
  });
});

test("any origin may ask by *", async () => {
  await using any = await startTestServer({ env: { IMAGETAGS_CORS_ORIGINS: "*" } });
  const { told, vary } = await ask("GET", "/versions", { Origin: "https://anyone.example.org" }, any);
  expect([told["access-control-allow-origin"], vary]).toEqual(["*", undefined]);
});
