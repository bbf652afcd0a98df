import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, errorIn } from "../testing/api.ts";
import { FIXTURE, pageFixture } from "../testing/page-fixture.ts";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const folder = pageFixture();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ pagesFolder: folder.path });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const PAGE = FIXTURE["console/index.html"];
const SCRIPT = FIXTURE["console/assets/main-1a2b.js"];
const MAIN = "/console/assets/main-1a2b.js";
const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
  fetch(`${server.url}${path}`, { method, headers, redirect: "manual" });
const raw = (method: string, path: string) => rawRequest(server.port, { method, path });

describe("the page", () => {
  test.each([
    ["/console", "console/"],
    ["/console?tag=a%20b", "console/?tag=a%20b"],
    ["/%63onsole", "console/"],
  ])("is led to from %s, relative to whatever stands before it", async (path, location) => {
    const reply = await raw("GET", path);
    expect([reply.status, reply.headers["location"]]).toEqual([308, location]);
  });

  test("is asked about each time, and is not sent again to who has it", async () => {
    const first = await get("/console/");
    expect([first.status, await first.text()]).toEqual([200, PAGE]);
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(first.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const known = await get("/console/", { "If-None-Match": first.headers.get("etag") ?? "" });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect(known.headers.get("content-security-policy")).toBe(first.headers.get("content-security-policy"));
  });

  test("answers the address of each of its views, and no missing file", async () => {
    for (const path of ["/console/images", "/console/images?has=a.b", "/console/tags/one"]) {
      expect([path, await (await get(path)).text()]).toEqual([path, PAGE]);
    }
    for (const path of ["/console/missing.js", "/console/assets/missing", "/console/assets/", "/docs/view"]) {
      const reply = await raw("GET", path);
      expect([path, reply.status]).toEqual([path, 404]);
    }
  });

  test("runs no code but its own, asks nobody else, and stands in no frame", async () => {
    const { headers } = await get("/console/");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-openstack-request-id")).toMatch(/^req-/);
  });

  test("answers HEAD with what GET has, and no other method", async () => {
    const [whole, head] = [await get(MAIN), await get(MAIN, {}, "HEAD")];
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const name of ["etag", "content-length", "content-encoding", "cache-control", "vary"])
      expect([name, head.headers.get(name)]).toEqual([name, whole.headers.get(name)]);
    for (const path of [MAIN, "/console/", "/console"]) {
      const reply = await raw("POST", path);
      expect([path, reply.status, reply.headers["allow"]]).toEqual([path, 405, "GET, HEAD"]);
    }
    expect((await raw("OPTIONS", MAIN)).headers["allow"]).toBe("GET, HEAD");
  });
});

describe("a file of the page", () => {
  test.each([
    ["br", "gzip, deflate, br"],
    ["gzip", "gzip"],
    ["br", "br;q=0.5, gzip;q=0"],
    [null, "identity"],
    [null, "br;q=0, gzip;q=0"],
  ])("comes as %s to who accepts %s, and never changes", async (coding, accepted) => {
    for (const path of [MAIN, "/console/assets/zipped-3c4d.js"]) {
      const reply = await get(path, { "Accept-Encoding": accepted });
      expect([reply.headers.get("content-encoding"), await reply.text()]).toEqual([coding, SCRIPT]);
      expect(reply.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(reply.headers.get("vary")).toBe("Accept-Encoding");
      expect(reply.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    }
  });

  test("comes plainly to who does not say, and each form has an entity tag of its own", async () => {
    const plain = await raw("GET", MAIN);
    expect([plain.headers["content-encoding"], plain.body]).toEqual([undefined, SCRIPT]);
    const others = await Promise.all(["br", "gzip"].map((one) => get(MAIN, { "Accept-Encoding": one })));
    const tags = [plain.headers["etag"], ...others.map(({ headers }) => headers.get("etag"))];
    expect(new Set(tags).size).toBe(3);
  });

  test("is one of those that were there at the start, wherever an address leads", async () => {
    const paths = [
      "/console/../outside.js",
      "/console/assets/../../../outside.js",
      "/console/assets/..%2f..%2f..%2foutside.js",
      "/console/%2e%2e/outside.js",
      "/console/..\\outside.js",
      "/console//etc/passwd.js",
      "/console/secret.key",
      "/console/assets/main-1a2b.js.br",
      "/console/assets/main-1a2b.js%00.png",
      "/docs/../console/assets/main-1a2b.js",
    ];
    for (const path of paths) expect([path, (await raw("GET", path)).status]).toEqual([path, 404]);
  });
});

describe("a page that is not there", () => {
  test("is 404 and says that the build lacks it", async () => {
    const reply = await raw("GET", "/docs/");
    expect(errorIn(reply)).toMatchObject({
      reason: "no-such-page",
      message: expect.stringContaining("build"),
    });
  });

  test.each([
    ["IMAGETAGS_CONSOLE", ["/console", "/console/", MAIN, "/console/session", "/console/settings"]],
    ["IMAGETAGS_DOCS", ["/docs", "/docs/"]],
  ])("is 404 and names %s, by which it is off", async (setting, paths) => {
    await using other = await startTestServer({ pagesFolder: folder.path, env: { [setting]: "off" } });
    for (const path of paths) {
      const reply = await ask(other, "GET", path, { as: "NOBODY" });
      expect([path, errorIn(reply).reason]).toEqual([path, "no-such-page"]);
      expect(errorIn(reply).message).toContain(setting);
    }
  });
});
