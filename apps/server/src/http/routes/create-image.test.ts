import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, errorIn } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const make = (name: string, value: unknown) =>
  ask(server, "POST", "/v2/images", { body: JSON.stringify({ [name]: value }) });

test.each([
  ["status", "active"],
  ["size", 1],
  ["size", null],
  ["virtual_size", 1],
  ["checksum", "x"],
  ["created_at", "x"],
  ["updated_at", "x"],
  ["self", "x"],
  ["file", "x"],
  ["schema", "x"],
  ["direct_url", "x"],
  ["direct_url", 5],
  ["stores", "x"],
  ["stores", 5],
  ["self", 5],
])("an image cannot be made with a %s of the caller's, such as %j: 403 names it", async (name, value) => {
  const reply = await make(name, value);
  expect([reply.status, errorIn(reply).message]).toEqual([403, `Attribute '${name}' is read-only.`]);
});

test.each([
  ["locations", []],
  ["locations", [{ url: "file:///etc/passwd", metadata: {} }]],
  ["location", "x"],
  ["deleted", "x"],
  ["os_glance_x", "x"],
])("an image cannot be made with %s, such as %j: 403 says that it is reserved", async (name, value) => {
  const reply = await make(name, value);
  expect([reply.status, errorIn(reply).message]).toEqual([403, `Attribute '${name}' is reserved.`]);
});

test.each([
  ["status", "bogus"],
  ["size", "x"],
  ["checksum", 5],
  ["checksum", "x".repeat(33)],
  ["created_at", 5],
  ["locations", "x"],
  ["locations", null],
  ["locations", [{ url: "file:///etc/passwd" }]],
])("what nobody sets is held to the published schema first: %s as %j is 400", async (name, value) => {
  const reply = await make(name, value);
  expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
  expect(errorIn(reply).message).toContain(name);
});

test("nothing of that made an image", async () => {
  const list = await ask(server, "GET", "/v2/images");
  expect(JSON.parse(list.body)).toMatchObject({ images: [] });
});
