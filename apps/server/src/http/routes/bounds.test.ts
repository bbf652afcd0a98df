import { expect, it, test } from "vitest";
import { ask, errorIn, makeImage, type ApiRequest } from "../../testing/api.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

const PATCH = [["Content-Type", "application/openstack-images-v2.1-json-patch"]] as const;
const MISSING = "/v2/images/00000000-0000-4000-8000-000000000000";

const post = (server: TestServer, body: unknown, more: ApiRequest = {}) =>
  ask(server, "POST", "/v2/images", { ...more, body: JSON.stringify(body) });
const patch = (server: TestServer, path: string, body: unknown, more: ApiRequest = {}) =>
  ask(server, "PATCH", path, { ...more, body: JSON.stringify(body), headers: PATCH });
const add = (name: string, value: unknown) => ({ op: "add", path: `/${name}`, value });

test("28,000 operations for a missing image cost no more than the question for it", async () => {
  await using server = await startTestServer();
  const operations = Array.from({ length: 28_000 }, (_, index) => add(`p${index}`, "v"));
  const start = performance.now();
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => patch(server, MISSING, operations, { as: "ALPHA_READER" })),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 404));
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("who may not change an image is told so, whatever the body is", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server, { visibility: "shared" })}`;
  for (const body of ["{", "5", "[]", JSON.stringify([add("tags", [5])])]) {
    expect((await ask(server, "PATCH", image, { as: "ALPHA_READER", headers: PATCH, body })).status).toBe(
      403,
    );
    expect((await ask(server, "PATCH", image, { as: "BETA_MEMBER", headers: PATCH, body })).status).toBe(404);
    expect((await ask(server, "PUT", `${image}/tags`, { as: "ALPHA_READER", body })).status).toBe(403);
    expect((await ask(server, "POST", "/v2/images", { as: "ALPHA_READER", body })).status).toBe(403);
  }
});

it.each([
  ["operations of a patch", 1_000, (count: number) => Array.from({ length: count }, () => add("name", "x"))],
  [
    "tags in an operation",
    5_000,
    (count: number) => [
      add(
        "tags",
        Array.from({ length: count }, () => "x"),
      ),
    ],
  ],
])("%s are at most %i: one more is 413, and nothing of them is looked at", async (_, most, bodyOf) => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}`;
  expect((await patch(server, image, bodyOf(most))).status).toBe(200);
  const reply = await patch(server, image, bodyOf(most + 1));
  expect([reply.status, errorIn(reply).reason]).toEqual([413, "too-many-items"]);
  expect(errorIn(reply).message).toContain(`At most ${most} items are taken, these are ${most + 1}.`);
});

test("half a million wrong tags are refused for their number", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}`;
  const body = `{"tags":[${"5,".repeat(500_000)}5]}`;
  const start = performance.now();
  for (const reply of [
    await ask(server, "PUT", `${image}/tags`, { body }),
    await ask(server, "POST", "/v2/images", { body }),
  ]) {
    expect([reply.status, errorIn(reply).reason]).toEqual([413, "too-many-items"]);
  }
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("a body for a new image has at most 1,000 members", async () => {
  await using server = await startTestServer();
  const members = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, "v"]));
  const over = await post(server, members(1_001));
  expect([over.status, errorIn(over).reason]).toEqual([413, "too-many-items"]);
  const within = await post(server, members(1_000));
  expect([within.status, errorIn(within).reason]).toEqual([413, "property-quota-exceeded"]);
});

test("the value of a property has at most 65,535 bytes of UTF-8", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}`;
  const fits = `a${"é".repeat(32_767)}`;
  expect((await post(server, { p: fits })).status).toBe(201);
  expect((await patch(server, image, [add("p", fits)])).status).toBe(200);
  for (const reply of [
    await post(server, { p: `${fits}a` }),
    await patch(server, image, [add("p", `${fits}a`)]),
  ]) {
    expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-body"]);
    expect(errorIn(reply).message).toContain("at most 65535 bytes");
  }
});

test("the tags and properties of an image have at most 1 MB together, and may always become less", async () => {
  await using server = await startTestServer();
  const image = `/v2/images/${await makeImage(server)}`;
  const value = "x".repeat(65_000);
  for (let index = 10; index < 26; index += 1) {
    expect((await patch(server, image, [add(`p${index}`, value)])).status).toBe(200);
  }
  const reply = await patch(server, image, [add("p26", value)]);
  expect([reply.status, errorIn(reply).reason]).toEqual([413, "image-metadata-too-large"]);
  expect((await patch(server, image, [{ op: "remove", path: "/p10" }, add("p26", value)])).status).toBe(200);
});

it.each(["constructor", "toString", "hasOwnProperty", "valueOf"])(
  "a property named %s is one as any other",
  async (name) => {
    await using server = await startTestServer();
    const image = `/v2/images/${await makeImage(server, { [name]: "at first" })}`;
    for (const value of [5, {}, null]) {
      expect((await patch(server, image, [add(name, value)])).status).toBe(400);
      expect((await post(server, { [name]: value })).status).toBe(400);
    }
    expect((await patch(server, image, [add(name, "text")])).body).toContain(`"${name}":"text"`);
    const removed = await patch(server, image, [{ op: "remove", path: `/${name}` }]);
    expect([removed.status, removed.body.includes(name)]).toEqual([200, false]);
    expect((await patch(server, image, [{ op: "replace", path: `/${name}`, value: "x" }])).status).toBe(409);
  },
);
