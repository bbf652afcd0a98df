import { createClient, images } from "@imagetags/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../../testing/api.ts";
import { startTestServer, tokenOf, type TestServer } from "../../testing/test-server.ts";

describe("under IMAGETAGS_BASE_PATH", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ env: { IMAGETAGS_BASE_PATH: "/image" } });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("the API is at that path, and at the root, where a proxy has taken the path off", async () => {
    for (const path of ["/image/v2/images", "/v2/images", "/image/livez", "/healthcheck"])
      expect((await ask(server, "GET", path)).status).toBe(200);
    for (const path of ["/image", "/image/", "/image?x=1", "/"])
      expect((await ask(server, "GET", path)).status).toBe(300);
    for (const path of [
      "/images/v2/images",
      "/Image/v2/images",
      "/%69mage/v2/images",
      "/image/image/v2/images",
    ])
      expect((await ask(server, "GET", path)).status).toBeGreaterThanOrEqual(300);
  });

  test("discovery leads there, also from a target in absolute form", async () => {
    const { body } = await ask(server, "GET", "http://images.example/image/versions");
    expect(body).toContain('"href":"http://images.example/image/v2/"');
  });

  test("a new image's Location is there; its links and those to the next page are under the endpoint, as Glance's are", async () => {
    const made = await ask(server, "POST", "/image/v2/images", { body: '{"name":"first"}' });
    const { id, self } = JSON.parse(made.body) as { id: string; self: string };
    expect(made.headers["location"]).toBe(`http://127.0.0.1/image/v2/images/${id}`);
    expect(self).toBe(`/v2/images/${id}`);
    const page = JSON.parse((await ask(server, "GET", "/image/v2/images?limit=1")).body) as { next: string };
    expect(page.next).toMatch(/^\/v2\/images\?/);
  });

  test("the pages are there", async () => {
    const reply = await ask(server, "GET", "/image/console", { as: "NOBODY" });
    expect([reply.status, reply.headers["location"]]).toEqual([308, "console/"]);
    expect((await ask(server, "GET", "/image/console/", { as: "NOBODY" })).status).toBe(200);
  });

  test("the client works with the endpoint, page after page", async () => {
    const client = createClient({ endpoint: server.url, token: tokenOf("ALPHA_MEMBER") });
    expect(server.url).toMatch(/\/image$/);
    const made = await client.images.create({ body: { name: "second", tags: ["miracle"] } });
    if (made.status !== 201) throw new Error(String(made.status));
    const removed = await client.imageTags.delete({ params: { image_id: made.body.id, tag: "miracle" } });
    expect(removed.status).toBe(204);
    const names = [];
    for await (const image of images(client, { limit: 1 })) names.push(image.name);
    expect(names.length).toBeGreaterThan(1);
  });

  test("the log tells the path as it was routed", () => {
    expect(server.logged()).toContain('"path":"/livez"');
    expect(server.logged()).not.toContain('"path":"/image/livez"');
  });
});
