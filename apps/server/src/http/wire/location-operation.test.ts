import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, errorIn, makeImage } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let image: string;
beforeAll(async () => {
  server = await startTestServer();
  image = await makeImage(server, { a: "b" });
});
afterAll(() => server[Symbol.asyncDispose]());

const patch = (operation: unknown, draft = "v2.1") =>
  ask(server, "PATCH", `/v2/images/${image}`, {
    headers: [["Content-Type", `application/openstack-images-${draft}-json-patch`]],
    body: JSON.stringify([operation]),
  });

const LOCATION = { url: "file:///etc/passwd", metadata: {} };

// These are the answers of a real Glance 25.1 with its defaults.
describe("an operation on locations, which are not shown", () => {
  test.each([
    [{ op: "add", path: "/locations/-", value: LOCATION }, "add"],
    [{ op: "add", path: "/locations/1", value: LOCATION }, "add"],
    [{ op: "remove", path: "/locations/0" }, "remove"],
    [{ op: "replace", path: "/locations", value: [] }, "update"],
    [{ op: "replace", path: "/locations", value: [LOCATION] }, "update"],
  ])("%j is forbidden", async (operation, verb) => {
    const reply = await patch(operation);
    const message = `It's not allowed to ${verb} locations if locations are invisible.`;
    expect([reply.status, errorIn(reply).message]).toEqual([403, message]);
  });

  test.each([
    { op: "add", path: "/locations", value: [] },
    { op: "remove", path: "/locations" },
    { op: "replace", path: "/locations/0", value: LOCATION },
    { op: "add", path: "/locations/0/url", value: "x" },
    { op: "replace", path: "/locations", value: "x" },
    { op: "replace", path: "/locations", value: null },
    { op: "add", path: "/locations/-", value: {} },
  ])("%j is no operation on locations", async (operation) => {
    const reply = await patch(operation);
    expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
  });
});

test.each([
  { op: "add", path: "/x", value: "z" },
  {},
  { add: "/x", replace: "/y", value: "z" },
  { value: "z" },
])("the older media type takes its own form only: %j is refused", async (operation) => {
  const reply = await patch(operation, "v2.0");
  expect([reply.status, errorIn(reply).message]).toEqual([
    400,
    'Operation objects must contain exactly one member named "add", "remove", or "replace".',
  ]);
});
