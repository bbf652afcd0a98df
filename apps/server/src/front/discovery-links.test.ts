import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGlanceStandIn, type GlanceStandIn, type Play } from "@imagetags/testing/glance/stand-in-glance";
import { rawRequest } from "../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

/** A document of versions as Glance makes it, whose links begin with `base`. */
function versions(base: string) {
  return {
    versions: ["v2.16", "v2.0"].map((id) => ({
      id,
      status: "SUPPORTED",
      updated: "2026-01-01",
      links: [{ rel: "self", href: `${base}/v2/`, type: "application/json" }],
    })),
  };
}

function answering(document: unknown, status = 300): Play {
  return (_, response) => {
    const text = JSON.stringify(document);
    response
      .writeHead(status, { "Content-Type": "application/json", "Content-Length": text.length })
      .end(text);
  };
}

let glance: GlanceStandIn;
let front: TestServer;
let named: TestServer;

beforeAll(async () => {
  glance = await startGlanceStandIn();
  front = await startTestServer({ env: { IMAGETAGS_GLANCE_URL: glance.url } });
  named = await startTestServer({
    env: { IMAGETAGS_GLANCE_URL: glance.url, IMAGETAGS_PUBLIC_URL: "https://images.example.org/image" },
  });
});

afterAll(async () => {
  for (const one of [front, named, glance]) await one[Symbol.asyncDispose]();
});

const get = async (server: TestServer, path: string) =>
  JSON.parse((await rawRequest(server.port, { method: "GET", path })).body);

describe("the links of discovery", () => {
  test.each([
    ["/", 300],
    ["/versions", 200],
    ["/versions/v2", 200],
    ["/v2/", 200],
    ["/v2", 300],
    ["/v2.9/", 200],
    ["/somewhere", 300],
  ])("of %s lead here, and all else is as Glance says", async (path, status) => {
    glance.play(answering(versions("http://glance-internal:9393"), status));
    expect(await get(front, path)).toEqual(versions("http://127.0.0.1"));
    expect(await get(named, path)).toEqual(versions("https://images.example.org/image"));
  });

  test("that lead here already stay as they are, with the scheme that Glance found", async () => {
    glance.play(answering(versions("https://127.0.0.1")));
    expect(await get(front, "/")).toEqual(versions("https://127.0.0.1"));
    expect(await get(named, "/")).toEqual(versions("https://images.example.org/image"));
  });

  test.each([[{ versions: [{ id: "v2", links: [{ href: "no URL" }] }] }], [{ versions: "none" }], [[]], [7]])(
    "of what is no document of versions are left alone: %j",
    async (document) => {
      glance.play(answering(document));
      expect(await get(named, "/")).toEqual(document);
    },
  );

  test("of what is only longer are left alone too, and of other replies", async () => {
    const long = { ...versions("http://glance"), more: "x".repeat(300_000) };
    glance.play(answering(long));
    expect(await get(named, "/")).toEqual(long);
    glance.play(answering(versions("http://glance"), 200));
    expect(await get(named, "/v2/schemas/image")).toEqual(versions("http://glance"));
  });

  test("are not looked for in the reply to HEAD", async () => {
    glance.play(answering(versions("http://glance")));
    const reply = await rawRequest(named.port, { method: "HEAD", path: "/" });
    expect([reply.status, reply.body, Number(reply.headers["content-length"]) > 100]).toEqual([
      300,
      "",
      true,
    ]);
  });
});
