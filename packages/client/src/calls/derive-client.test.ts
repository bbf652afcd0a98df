import { contractFor, routesOf, TAG_PROFILES } from "@imagetags/contract";
import { initContract, isAppRoute, type AppRouter } from "@ts-rest/core";
import { describe, expect, test } from "vitest";
import { createClient } from "../client.ts";
import { accessTo } from "./access.ts";
import { deriveClient } from "./derive-client.ts";
import { InvalidParameterError } from "../errors/errors.ts";
import { createCallSender } from "./call-sender.ts";
import { checkRetry } from "./retry.ts";
import { json, rejection, startTestServer, TOKEN, untypedCall } from "../testing/test-server.ts";

const call = { params: { image_id: "i", tag: "t" } };

const EVENT_ID = "019c3a52-7c00-7000-8000-000000000000";

describe("a derived client", () => {
  test.each(TAG_PROFILES)("has a function for every route of the %s contract, and no more", (profile) => {
    const client = createClient({ endpoint: "http://127.0.0.1:1", token: "t", profile });
    expect(client).toEqual(shapeOf(contractFor(profile)));
  });

  test.each(routesOf(contractFor("glance")))(
    "sends $route.method $route.path for $name",
    async ({ name, route }) => {
      await using server = await startTestServer(json(599, {}));
      const [group, member] = name.split(".");
      const called = Object.entries(server.client())
        .filter(([key]) => key === group)
        .flatMap(([, functions]) => Object.entries(functions))
        .filter(([key]) => key === member);
      for (const [, send] of called) {
        const params = { image_id: "a/b", tag: "c d", member_id: "é", event_id: EVENT_ID, rule_id: EVENT_ID };
        const body = name === "imageData.upload" ? new Uint8Array() : undefined;
        await rejection(untypedCall(send, { params, body }));
      }
      const target = route.path
        .replace(":image_id", "a%2Fb")
        .replace(":tag", "c%20d")
        .replace(":member_id", "%C3%A9")
        .replace(":event_id", EVENT_ID)
        .replace(":rule_id", EVENT_ID);
      expect(server.arrivals).toMatchObject([{ method: route.method, target }]);
    },
  );

  test("follows a router of any depth", async () => {
    await using server = await startTestServer(json(200, { ok: true }));
    const c = initContract();
    const router = c.router({
      a: { b: { c: { method: "GET", path: "/a/:b", responses: { 200: c.type<{ ok: boolean }>() } } } },
    });
    const send = createCallSender({
      access: accessTo(server.endpoint, TOKEN),
      timeoutMs: 1000,
      retry: checkRetry(false),
      fetch: globalThis.fetch,
    });
    const client = deriveClient(router, send);
    expect(await client.a.b.c({ params: { b: "x/y" } })).toMatchObject({ status: 200, body: { ok: true } });
    expect(server.arrivals).toMatchObject([{ target: "/a/x%2Fy" }]);
  });
});

describe("an input of a call", () => {
  test("cannot take the place of the request's own path, method, route or headers", async () => {
    await using server = await startTestServer();
    await untypedCall(server.client().imageTags.delete, {
      ...call,
      path: `${server.endpoint}/v2/images/i`,
      method: "PUT",
      route: {},
      rawQuery: { a: 1 },
      fetchOptions: { method: "PUT", headers: { "x-auth-token": "other" }, body: "{}" },
    });
    expect(server.arrivals).toMatchObject([
      { method: "DELETE", target: "/v2/images/i/tags/t", headers: { "x-auth-token": TOKEN }, body: "" },
    ]);
  });

  test("may add headers", async () => {
    await using server = await startTestServer();
    await server
      .client()
      .imageTags.delete({ ...call, extraHeaders: { "X-Openstack-Request-Id": "req-mine" } });
    expect(server.arrivals[0]?.headers["x-openstack-request-id"]).toBe("req-mine");
  });

  test.each([{ "X-Other": "a\nb" }, { "X-Other": "😀" }, { "bad name": "a" }])(
    "with the header %j is refused, and nothing is sent",
    async (extraHeaders) => {
      await using server = await startTestServer();
      const error = await rejection(server.client().imageTags.delete({ ...call, extraHeaders }));
      expect(error).toBeInstanceOf(InvalidParameterError);
      expect(error).toMatchObject({ parameter: "extraHeaders" });
      expect(server.arrivals).toEqual([]);
    },
  );

  test("cannot turn off how queries are written and replies are checked", async () => {
    await using server = await startTestServer(json(200, { images: [{}] }));
    const listed = untypedCall(server.client().images.list, {
      query: { tag: ["a", "b"] },
      overrideClientOptions: { jsonQuery: true, validateResponse: false },
    });
    expect(await rejection(listed)).toMatchObject({ code: "UNEXPECTED_REPLY" });
    expect(server.arrivals).toMatchObject([{ target: "/v2/images?tag=a&tag=b" }]);
  });
});

function shapeOf(router: AppRouter): object {
  return Object.fromEntries(
    Object.entries(router).map(([name, member]) => [
      name,
      isAppRoute(member) ? expect.any(Function) : shapeOf(member),
    ]),
  );
}
