import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../../testing/api.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type TestServer } from "../../testing/test-server.ts";

const plan = z.strictObject({
  plan: z.string().regex(/^[\w-]{43}$/),
  dry_run: z.boolean(),
  images: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string().nullable(),
      remove: z.array(z.string()),
      add: z.array(z.string()),
      refused: z.strictObject({ reason: z.string(), message: z.string() }).optional(),
    }),
  ),
  next: z.string().optional(),
});

const PATH = "/v2/tag-actions";
const WHATEVER = [["If-Match", "*"]] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { IMAGETAGS_TAG_QUOTA: "4" } });
});
afterAll(() => server[Symbol.asyncDispose]());

function post(body: object, request: Omit<ApiRequest, "body"> = {}) {
  return ask(server, "POST", PATH, { ...request, body: JSON.stringify(body) });
}

async function planned(body: object, request: Omit<ApiRequest, "body"> = {}): Promise<z.infer<typeof plan>> {
  const reply = await post(body, request);
  expect(reply.status, reply.body).toBe(200);
  const read = plan.parse(jsonOf(reply));
  expect(reply.headers["etag"]).toBe(`"${read.plan}"`);
  return read;
}

describe("a plan", () => {
  it("tells what would be done to which image, and is carried out by its entity tag", async () => {
    const [old, both] = [
      await makeImage(server, { name: "one", tags: ["a1", "x"] }),
      await makeImage(server, { tags: ["a1", "b1"] }),
    ];
    const change = { remove: ["a1"], add: ["b1"], where: { tag: "a1" } };
    const told = await planned({ ...change, dry_run: true });
    expect(told).toEqual({
      plan: told.plan,
      dry_run: true,
      images: [
        { id: old, name: "one", remove: ["a1"], add: ["b1"] },
        { id: both, name: null, remove: ["a1"], add: [] },
      ],
    });
    expect(await tagsShown(server, old)).toEqual(["a1", "x"]);

    const without = await post(change);
    expect(errorIn(without)).toMatchObject({ code: 428, reason: "precondition-required" });
    const headers = [["If-Match", `"other", "${told.plan}"`]] as const;
    expect(await planned(change, { headers })).toEqual({ ...told, dry_run: false });
    expect([await tagsShown(server, old), await tagsShown(server, both)]).toEqual([["b1", "x"], ["b1"]]);
    expect(errorIn(await post(change, { headers })).reason).toBe("plan-changed");
    expect((await planned(change, { headers: WHATEVER })).images).toEqual([]);
  });

  it("is no more what was agreed to when one more image, or one less, would be changed", async () => {
    const first = await makeImage(server, { tags: ["a2"] });
    const change = { remove: ["a2"], where: {} };
    const dry = { ...change, dry_run: true };
    const told = await planned(dry);
    const headers = [["If-Match", `"${told.plan}"`]] as const;
    const second = await makeImage(server, { tags: ["a2"] });
    for (const body of [change, dry]) {
      expect(errorIn(await post(body, { headers }))).toMatchObject({ code: 412, reason: "plan-changed" });
    }
    expect(await tagsShown(server, first)).toEqual(["a2"]);
    await ask(server, "DELETE", `/v2/images/${second}/tags/a2`);
    // What else becomes of an image is no matter.
    await ask(server, "PUT", `/v2/images/${first}/tags/x`);
    expect((await planned(dry)).plan).toBe(told.plan);
    expect((await planned(change, { headers })).images).toHaveLength(1);
    expect(await tagsShown(server, first)).toEqual(["x"]);
  });

  it("names the entity tag of a reply in gzip too", async () => {
    const image = await makeImage(server, { tags: ["a3"] });
    const body = { remove: ["a3"], where: { id: image }, dry_run: true };
    const { plan: hash } = await planned(body);
    const headers = [["If-Match", `"${hash}.gzip"`]] as const;
    expect((await planned({ ...body, dry_run: false }, { headers })).images).toHaveLength(1);
  });

  it("says why nothing is done to an image, and the others are done", async () => {
    const everyones = await makeImage(server, { tags: ["a4"], visibility: "public" }, "ADMIN");
    const theirs = await makeImage(server, { tags: ["a4"], visibility: "community" }, "BETA_MEMBER");
    const full = await makeImage(server, { tags: ["a4", "1", "2", "3"] });
    const fits = await makeImage(server, { tags: ["a4"] });
    const change = { add: ["n4"], where: { tag: "a4", visibility: "all" } };
    const refusals = [
      [everyones, "forbidden"],
      [theirs, "forbidden"],
      [full, "tag-quota-exceeded"],
      [fits, undefined],
    ];
    const told = await planned({ ...change, dry_run: true });
    expect(told.images.map(({ id, refused }) => [id, refused?.reason])).toEqual(refusals);
    const done = await planned(change, { headers: [["If-Match", `"${told.plan}"`]] });
    expect(done.images).toEqual(told.images);
    expect(await tagsShown(server, fits)).toEqual(["a4", "n4"]);
    expect(await tagsShown(server, theirs)).toEqual(["a4"]);
    expect(await tagsShown(server, full)).toEqual(["1", "2", "3", "a4"]);
    // In one change a tag may take the place of another.
    const swap = { remove: ["3"], add: ["n4"], where: { id: full } };
    expect((await planned(swap, { headers: WHATEVER })).images[0]?.refused).toBeUndefined();
    const reader = await planned({ remove: ["a4"], where: {}, dry_run: true }, { as: "ALPHA_READER" });
    expect(new Set(reader.images.map(({ refused }) => refused?.reason))).toEqual(new Set(["forbidden"]));
  });

  it("is about the images of a list by its filters, in pages", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const os_hidden = index === 4;
      ids.push(
        await makeImage(server, { tags: ["a5"], min_disk: index, os_hidden, os_distro: `d${index % 2}` }),
      );
    }
    const dry = async (where: object, rest: object = {}) =>
      (await planned({ remove: ["a5"], where, dry_run: true, ...rest })).images.map(({ id }) =>
        ids.indexOf(id),
      );
    expect(await dry({})).toEqual([0, 1, 2, 3]);
    expect(await dry({ os_hidden: true })).toEqual([4]);
    expect(await dry({ min_disk_min: 1, min_disk_max: "2" })).toEqual([1, 2]);
    expect(await dry({ os_distro: "d0" })).toEqual([0, 2]);
    expect(await dry({ "tags-any": ["none"] })).toEqual([]);
    expect(await dry({ "tags-any": ["none", "a5"], id: `in:${ids[1]},${ids[3]}` })).toEqual([1, 3]);
    expect(await dry({ owner: "beta" })).toEqual([]);
    expect(await dry({}, { limit: 2, marker: ids[2] })).toEqual([3]);

    const change = { remove: ["a5"], where: {}, limit: 2 };
    const first = await planned(change, { headers: WHATEVER });
    expect(first.next).toBe(ids[1]);
    // The rest is where it was, though the images before it are done.
    const second = await planned({ ...change, marker: first.next }, { headers: WHATEVER });
    expect(second.images.map(({ id }) => id)).toEqual([ids[2], ids[3]]);
    const rest = await planned({ ...change, marker: second.next }, { headers: WHATEVER });
    expect([rest.images, rest.next]).toEqual([[], undefined]);
    const gone = await post({ ...change, marker: randomUUID() }, { headers: WHATEVER });
    expect(errorIn(gone).reason).toBe("no-such-marker");
  });

  it("writes events of one request, all of which are undone by it", async () => {
    for (let index = 0; index < 3; index += 1) await makeImage(server, { tags: ["a6"] });
    const headers = [...WHATEVER, ["X-Openstack-Request-Id", "req-many"]] as const;
    await planned({ remove: ["a6"], add: ["b6"], where: { tag: "a6" } }, { headers });
    const reply = await ask(server, "GET", "/v2/tag-events?request_id=req-many");
    const { tag_events: events } = z
      .looseObject({ tag_events: z.array(z.object({ id: z.string(), action: z.string(), tag: z.string() })) })
      .parse(jsonOf(reply));
    expect(events.map(({ action, tag }) => `${action} ${tag}`).toSorted()).toEqual(
      ["added b6", "removed a6"].flatMap((told) => [told, told, told]),
    );
    for (const { id } of events)
      expect((await ask(server, "POST", `/v2/tag-events/${id}/undo`)).status).toBe(204);
    expect((await planned({ remove: ["a6"], where: {}, dry_run: true })).images).toHaveLength(3);
    expect((await planned({ remove: ["b6"], where: {}, dry_run: true })).images).toEqual([]);
  });

  it("says of a protected tag which rule keeps it, and leaves its image as it is", async () => {
    const made = await ask(server, "POST", "/v2/tag-rules", {
      as: "ADMIN",
      body: '{"pattern":"kept-*","forbid":["remove"],"project_id":"alpha"}',
    });
    expect(made.status, made.body).toBe(201);
    const kept = await makeImage(server, { tags: ["kept-1", "a7"] });
    const free = await makeImage(server, { tags: ["a7"] });
    const change = { remove: ["kept-1", "a7"], where: { tag: "a7" } };
    for (const body of [{ ...change, dry_run: true }, change]) {
      const { images } = await planned(body, { headers: WHATEVER });
      expect(images.map(({ id, refused }) => [id, refused?.reason])).toEqual([
        [kept, "protected-tag"],
        [free, undefined],
      ]);
    }
    expect(await tagsShown(server, kept)).toEqual(["a7", "kept-1"]);
    expect(await tagsShown(server, free)).toEqual([]);
  });

  it("is made for whoever may list images", async () => {
    expect((await ask(server, "POST", PATH, { as: "NOBODY", body: "{}" })).status).toBe(401);
    expect((await ask(server, "GET", PATH)).status).toBe(405);
    expect((await ask(server, "POST", `${PATH}/`)).status).toBe(404);
  });
});

describe("what is wrong with a request is told before anything is done:", () => {
  it.each<[string, object, number, string]>([
    ["no filters", { remove: ["a"] }, 400, "invalid-body"],
    ["no tag", { remove: [], where: {} }, 400, "invalid-body"],
    ["a tag in both lists", { remove: ["a", "b"], add: ["b"], where: {} }, 400, "invalid-body"],
    ["an empty tag", { remove: [""], where: {} }, 400, "invalid-tag"],
    ["a control character in a new tag", { add: ["a\u0007"], where: {} }, 400, "invalid-tag"],
    [
      "many tags",
      { remove: Array.from({ length: 129 }, (_, n) => `${n}`), where: {} },
      413,
      "too-many-items",
    ],
    [
      "many new tags",
      { add: Array.from({ length: 129 }, (_, n) => `${n}`), where: {} },
      413,
      "too-many-items",
    ],
    ["an unknown member", { remove: ["a"], where: {}, dryRun: true }, 400, "invalid-body"],
    ["too many images", { remove: ["a"], where: {}, limit: 1001 }, 400, "invalid-body"],
    ["no images", { remove: ["a"], where: {}, limit: 0 }, 400, "invalid-body"],
    ["an order", { remove: ["a"], where: { sort: "name" } }, 400, "invalid-body"],
    ["a page in the filters", { remove: ["a"], where: { limit: 1 } }, 400, "invalid-body"],
    ["a property of two values", { remove: ["a"], where: { os: ["x", "y"] } }, 400, "invalid-body"],
    [
      "many properties",
      { remove: ["a"], where: Object.fromEntries(Array.from({ length: 129 }, (_, n) => [`p${n}`, "x"])) },
      400,
      "invalid-body",
    ],
    ["a time that is none", { remove: ["a"], where: { created_at: "gt:soon" } }, 400, "invalid-body"],
    ["a visibility that is none", { remove: ["a"], where: { visibility: "mine" } }, 400, "invalid-body"],
  ])("%s", async (_, body, status, reason) => {
    const reply = await post(body, { headers: WHATEVER });
    expect(errorIn(reply)).toMatchObject({ code: status, reason });
  });

  it("a header that is no entity tag", async () => {
    const reply = await post({ remove: ["a"], where: {} }, { headers: [["If-Match", "abc"]] });
    expect(errorIn(reply)).toMatchObject({ code: 400, reason: "invalid-header" });
  });

  it("a tag that the profile does not have", async () => {
    await using ims = await startTestServer({ env: { IMAGETAGS_TAG_PROFILE: "ims" } });
    const body = JSON.stringify({ remove: ["a.b"], where: {} });
    const reply = await ask(ims, "POST", PATH, { body, headers: WHATEVER });
    expect(errorIn(reply)).toMatchObject({ code: "IMG.0115", reason: "invalid-tag" });
  });
});
