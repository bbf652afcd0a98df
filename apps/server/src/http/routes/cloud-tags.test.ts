import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { ask, errorIn, makeImage, tagsShown, type ApiRequest } from "../../testing/api.ts";
import { addMember } from "../../testing/make-image.ts";
import { jsonOf } from "../../testing/raw-request.ts";
import { startTestServer, type CallerName, type TestServer } from "../../testing/test-server.ts";

const page = z.strictObject({
  tags: z.array(
    z.strictObject({
      name: z.string(),
      images: z.number(),
      updated_at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    }),
  ),
  first: z.string(),
  next: z.string().optional(),
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function list(query = "", request: ApiRequest = {}, at = server): Promise<z.infer<typeof page>> {
  const reply = await ask(at, "GET", `/v2/tags${query}`, request);
  expect(reply.status, reply.body).toBe(200);
  return page.parse(jsonOf(reply));
}

/** The tags with their counts, as `name:images`. */
async function counts(query = "", request: ApiRequest = {}, at = server): Promise<string[]> {
  const { tags } = await list(query, request, at);
  return tags.map((tag) => `${tag.name}:${tag.images}`);
}

const move = (tag: string, body: unknown, request: ApiRequest = {}) =>
  ask(server, "POST", `/v2/tags/${tag}/move`, { ...request, body: JSON.stringify(body) });

async function reasonOf(tag: string, body: unknown, request: ApiRequest = {}): Promise<unknown> {
  const reply = await move(tag, body, request);
  return [reply.status, errorIn(reply).reason];
}

describe("a move", () => {
  test("tells from which images it took the tag, and none the second time", async () => {
    const [one, two, to] = await Promise.all([
      makeImage(server, { tags: ["m-a/b é"] }),
      makeImage(server, { tags: ["m-a/b é", "m-x"] }),
      makeImage(server, { tags: ["m-x"] }),
    ]);
    const path = encodeURIComponent("m-a/b é");
    const moved = jsonOf(await move(path, { to })) as { from: string[] };
    expect(moved).toEqual({ tag: "m-a/b é", to, from: expect.any(Array) });
    expect(moved.from.toSorted()).toEqual([one, two].toSorted());
    expect(jsonOf(await move(path, { to }))).toEqual({ tag: "m-a/b é", to, from: [] });
    expect(await tagsShown(server, two)).toEqual(["m-x"]);
    expect(await tagsShown(server, to)).toEqual(["m-a/b é", "m-x"]);
    expect(jsonOf(await move(path, { to: one, from: to.toUpperCase() }))).toEqual({
      tag: "m-a/b é",
      to: one,
      from: [to],
    });
  });

  test("is refused with its reason, and nothing is done", async () => {
    const [bearer, other] = [await makeImage(server, { tags: ["m-1"] }), await makeImage(server)];
    const open = await makeImage(server, { tags: ["m-1"], visibility: "community" }, "BETA_MEMBER");
    const none = "00000000-0000-4000-8000-000000000000";
    expect([
      await reasonOf("m-none", { to: bearer }),
      await reasonOf("m-1", { to: none }),
      await reasonOf("m-1", { to: other, from: none }),
      await reasonOf("m-1", { to: bearer, from: other }),
      await reasonOf("m-1", { to: open }),
      await reasonOf("m-1", { to: other, from: open }),
      await reasonOf("m-1", { to: other }, { as: "ALPHA_READER" }),
      await reasonOf("m-1", { to: other }, { as: "BETA_MEMBER" }),
      await reasonOf("m-1", { to: other }, { as: "NOBODY" }),
      await reasonOf("m-1", { to: other, form: bearer }),
      await reasonOf("m-1", { from: bearer }),
      await reasonOf("m-1", []),
      await reasonOf("%00", { to: other }),
      await reasonOf("m".repeat(256), { to: other }),
    ]).toEqual([
      [404, "no-such-tag"],
      [404, "no-such-image"],
      [404, "no-such-image"],
      [409, "tag-not-on-source"],
      [403, "forbidden"],
      [403, "forbidden"],
      [403, "forbidden"],
      [404, "no-such-image"],
      [401, "not-authenticated"],
      [400, "invalid-body"],
      [400, "invalid-body"],
      [400, "invalid-body"],
      [400, "invalid-tag"],
      [400, "invalid-tag"],
    ]);
    expect((await ask(server, "POST", "/v2/tags/m-1/move", { as: "ALPHA_READER", body: "{" })).status).toBe(
      403,
    );
    await ask(server, "PUT", `/v2/images/${other}/tags/m-1`);
    const told = errorIn(await move("m-1", { to: other, from: bearer }));
    expect([told.reason, told.message]).toEqual([
      "tag-on-others",
      `Besides ${bearer}, the tag m-1 is on ${other}. Nothing was moved.`,
    ]);
    expect(await tagsShown(server, open)).toEqual(["m-1"]);
  });

  test("is an administrator's between projects, and takes the tag of neither's other images", async () => {
    const [to, alphas] = [await makeImage(server), await makeImage(server)];
    const [from, betas] = await Promise.all(
      [1, 2].map(() => makeImage(server, { tags: ["m-2"] }, "BETA_MEMBER")),
    );
    expect((await move("m-2", { to, from }, { as: "ADMIN" })).status).toBe(200);
    expect(await Promise.all([to, alphas, from, betas].map((id) => tagsShown(server, String(id))))).toEqual([
      ["m-2"],
      [],
      [],
      ["m-2"],
    ]);
  });

  test("of tags of protected and deactivated images is done, and passes no quota", async () => {
    const full = await makeImage(server, { tags: Array.from({ length: 128 }, (_, index) => `m-q${index}`) });
    const from = await makeImage(server, { tags: ["m-3"], protected: true });
    expect(await reasonOf("m-3", { to: full })).toEqual([413, "tag-quota-exceeded"]);
    expect(await tagsShown(server, from)).toEqual(["m-3"]);
    const to = await makeImage(server, { protected: true });
    expect((await move("m-3", { to, from })).status).toBe(200);
  });

  test("is told in the history, and undone there by halves", async () => {
    const [from, to] = [await makeImage(server, { tags: ["m-4"] }), await makeImage(server)];
    const headers = [["X-Openstack-Request-Id", "req-move"]] as const;
    expect((await move("m-4", { to }, { headers })).status).toBe(200);
    const events = (
      jsonOf(await ask(server, "GET", "/v2/tag-events?tag=m-4&limit=2")) as {
        tag_events: { id: string; action: string; image_id: string; request_id: string }[];
      }
    ).tag_events;
    expect(
      events.map(({ action, image_id, request_id }) => [action, image_id, request_id]).toSorted(),
    ).toEqual([
      ["added", to, "req-move"],
      ["removed", from, "req-move"],
    ]);
    for (const { id } of events)
      expect((await ask(server, "POST", `/v2/tag-events/${id}/undo`)).status).toBe(204);
    expect([await tagsShown(server, from), await tagsShown(server, to)]).toEqual([["m-4"], []]);
  });
});

describe("the list of all tags", () => {
  test("counts what a list of images by the tag has, to every caller, and tells no tag of other images", async () => {
    await using own = await startTestServer();
    const kinds = ["private", "shared", "community", "public"] as const;
    for (const visibility of kinds) {
      const as = visibility === "public" ? "ADMIN" : "ALPHA_MEMBER";
      await makeImage(own, { visibility, tags: ["all", visibility] }, as);
      await makeImage(
        own,
        { visibility, tags: ["all", `beta-${visibility}`], os_hidden: visibility === "shared" },
        visibility === "public" ? "ADMIN" : "BETA_MEMBER",
      );
    }
    const shared = await makeImage(own, { visibility: "shared", tags: ["all", "accepted"] });
    addMember(own.databasePath, shared, "beta", "accepted");
    const pending = await makeImage(own, { visibility: "shared", tags: ["all", "pending"] });
    addMember(own.databasePath, pending, "beta", "pending");
    for (const as of ["ADMIN", "ALPHA_MEMBER", "ALPHA_READER", "BETA_MEMBER"] satisfies CallerName[]) {
      for (const hidden of ["", "os_hidden=true"]) {
        const { tags } = await list(`?limit=100&${hidden}`, { as }, own);
        const expected = new Map<string, number>();
        const reply = await ask(own, "GET", `/v2/images?limit=100&${hidden}`, { as });
        const found = z
          .object({ images: z.array(z.object({ tags: z.array(z.string()) })) })
          .parse(jsonOf(reply));
        for (const image of found.images)
          for (const tag of image.tags) expected.set(tag, (expected.get(tag) ?? 0) + 1);
        expect(tags.map(({ name, images: number }) => [name, number])).toEqual([...expected].toSorted());
      }
    }
    expect(await counts("", { as: "BETA_READER" }, own)).not.toContain("pending:1");
    expect((await ask(own, "GET", "/v2/tags", { as: "NOBODY" })).status).toBe(401);
    expect(errorIn(await ask(own, "GET", "/v2/tags", { as: "ALPHA_OBSERVER" })).reason).toBe("forbidden");
  });

  test("goes by name: exactly, or by what stands before a last *; nothing else stands for other text", async () => {
    await makeImage(server, {
      tags: ["g-Prod", "g-prod", "g-prod%", "g-prod_1", "g-prod*", "g-pröd", "g-pro"],
    });
    const names = async (name: string) =>
      (await list(`?name=${encodeURIComponent(name)}`)).tags.map((tag) => tag.name);
    expect(await names("g-prod")).toEqual(["g-prod"]);
    expect(await names("g-prod*")).toEqual(["g-prod", "g-prod%", "g-prod*", "g-prod_1"]);
    expect(await names("g-prod%")).toEqual(["g-prod%"]);
    expect(await names("g-prod%*")).toEqual(["g-prod%"]);
    expect(await names("g-prod_*")).toEqual(["g-prod_1"]);
    expect(await names("g-p?od")).toEqual([]);
    expect(await names("g-*rod")).toEqual([]);
    expect(await names("g-P*")).toEqual(["g-Prod"]);
    expect(await names("g-prod**")).toEqual(["g-prod*"]);
    expect(await names("g-pr*")).toEqual(["g-pro", "g-prod", "g-prod%", "g-prod*", "g-prod_1", "g-pröd"]);
    expect(await names("")).toEqual([]);
  });

  test("comes in pages, each of which leads to the next, and all once, though tags come and go", async () => {
    const id = await makeImage(server, { tags: Array.from({ length: 7 }, (_, index) => `p-${index}`) });
    const seen: string[] = [];
    let query: string | undefined = "?name=p-*&limit=3";
    while (query !== undefined) {
      const part: z.infer<typeof page> = await list(query);
      expect(part.first).toBe("/v2/tags?name=p-*&limit=3");
      seen.push(...part.tags.map(({ name }) => name));
      query = part.next?.slice("/v2/tags".length);
      // What the marker names is gone, and another comes before it.
      if (seen.length === 3) {
        await ask(server, "DELETE", `/v2/images/${id}/tags/p-2`);
        await ask(server, "PUT", `/v2/images/${id}/tags/p-00`);
      }
    }
    expect(seen).toEqual(["p-0", "p-1", "p-2", "p-3", "p-4", "p-5", "p-6"]);
    expect((await list("?limit=0")).tags).toEqual([]);
  });

  test("goes past tags that the caller may not see, and a page may end before it is full", async () => {
    await using own = await startTestServer();
    const tags = Array.from({ length: 60 }, (_, index) => `t-${String(index).padStart(2, "0")}`);
    await makeImage(own, { visibility: "private", tags }, "BETA_MEMBER");
    await makeImage(own, { tags: ["t-30", "z"] });
    expect(await counts("?limit=2", {}, own)).toEqual(["t-30:1", "z:1"]);
    expect((await list("?limit=1", {}, own)).next).toBe("/v2/tags?limit=1&marker=t-30");
  });

  test("tells when a tag was last added or removed, on the images of the list alone", async () => {
    const [one, two] = [
      await makeImage(server, { tags: ["c-1"] }),
      await makeImage(server, { tags: ["c-1"] }),
    ];
    const time = async () => (await list("?name=c-1")).tags[0]?.updated_at;
    const newest = async (image: string) =>
      (
        jsonOf(await ask(server, "GET", `/v2/images/${image}/tag-events?tag=c-1&limit=1`)) as {
          tag_events: [{ time: string }];
        }
      ).tag_events[0].time;
    expect(await time()).toBe(await newest(two));
    await ask(server, "DELETE", `/v2/images/${one}/tags/c-1`);
    expect(await time()).toBe(await newest(one));
    const before = await time();
    const foreign = await makeImage(server, { tags: ["c-1"] }, "BETA_MEMBER");
    expect(await time()).toBe(before);
    await ask(server, "DELETE", `/v2/images/${foreign}/tags/c-1`, { as: "BETA_MEMBER" });
    expect(await time()).toBe(before);
  });

  test.each([
    "?naem=x",
    "?limit=x",
    "?limit=-1",
    `?marker=${"m".repeat(256)}`,
    "?name=a&name=b",
    "?os_hidden=maybe",
  ])("refuses %s", async (query) => {
    const reply = await ask(server, "GET", `/v2/tags${query}`);
    expect([reply.status, errorIn(reply).reason]).toEqual([400, "invalid-query"]);
  });

  test("is refused where a rule may hide a listed image from the caller, by an attribute or for a role", async () => {
    using folder = temporaryFolder();
    const file = folder.at("policy.yaml");
    writeFileSync(file, `"get_image": "role:admin or 'secret':%(name)s or project_id:%(project_id)s"\n`);
    await using own = await startTestServer({ env: { IMAGETAGS_POLICY_FILE: file } });
    await makeImage(own, { tags: ["a"] });
    expect(errorIn(await ask(own, "GET", "/v2/tags")).message).toContain("get_image");
    expect(await counts("", { as: "ADMIN" }, own)).toEqual(["a:1"]);
  });
});
