import { createClient, type Client } from "@imagetags/client";
import { tagProblem } from "@imagetags/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, tokenOf, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer({ env: { IMAGETAGS_TAG_QUOTA: "-1" } });
  client = createClient({ endpoint: server.url, token: tokenOf("ALPHA_MEMBER") });
});
afterAll(() => server[Symbol.asyncDispose]());

async function makeImage(tags: readonly string[]) {
  const made = await client.images.create({
    body: { name: "an image", tags: [...tags], os_distro: "debian" },
  });
  if (made.status !== 201) throw new Error(made.body.error.message);
  return made.body;
}

async function show(image_id: string) {
  const shown = await client.images.show({ params: { image_id } });
  if (shown.status !== 200) throw new Error(shown.body.error.message);
  return shown.body;
}

/** Tags of every kind that may be added and that a URL can carry, awkward ones among them. */
const tag = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 255 }),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom("/", "%", "?", "#", ".", " ", "+", "&", ";", "é", "e\u0301", "😀"),
      minLength: 1,
    }),
    fc.constantFrom(
      "%2F",
      "%252e",
      "a/../b",
      "...",
      "tags",
      "日本語",
      "ß",
      "ss",
      "Prod",
      "prod",
      "a",
      "a ",
      "\u202eabc",
    ),
  )
  .filter((value) => tagProblem(value, "glance", "add") === undefined && value !== "." && value !== "..");

describe("through the client", () => {
  it("any tag that may be added is added, listed and removed exactly once, and nothing else changes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(tag, { minLength: 2, maxLength: 5 }),
        async ([added = "", ...others]) => {
          const before = await makeImage(others);
          const params = { image_id: before.id, tag: added };

          expect((await client.imageTags.add({ params })).status).toBe(204);
          expect((await client.imageTags.check({ params })).status).toBe(204);
          const found = await client.images.list({ query: { tag: [added, ...others] } });
          expect(found.status === 200 && found.body.images.map(({ id }) => id)).toContain(before.id);
          expect((await show(before.id)).tags).toEqual([added, ...others].toSorted());

          const removals = await Promise.all([
            client.imageTags.delete({ params }),
            client.imageTags.delete({ params }),
          ]);
          expect(removals.map(({ status }) => status).toSorted()).toEqual([204, 404]);
          expect((await client.imageTags.check({ params })).status).toBe(404);
          expect(await show(before.id)).toEqual({ ...before, updated_at: expect.any(String) });
        },
      ),
      { numRuns: 150 },
    );
  });

  it("64 removals of one tag at once: one is answered 204, the others 404", async () => {
    const { id: image_id } = await makeImage(["a", "b"]);
    const replies = await Promise.all(
      Array.from({ length: 64 }, () => client.imageTags.delete({ params: { image_id, tag: "a" } })),
    );
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(63);
    expect((await show(image_id)).tags).toEqual(["b"]);
  });

  it("any list of tags replaces another", async () => {
    const { id: image_id } = await makeImage(["kept", "gone"]);
    await fc.assert(
      fc.asyncProperty(fc.array(tag, { maxLength: 8 }), async (tags) => {
        const replaced = await client.imageTags.replace({ params: { image_id }, body: { tags } });
        expect(replaced).toMatchObject({ status: 200, body: { tags: [...new Set(tags)].toSorted() } });
        expect((await show(image_id)).tags).toEqual([...new Set(tags)].toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it("an image is changed by a patch, and its tags with it", async () => {
    const { id: image_id } = await makeImage(["a"]);
    const reply = await client.images.update({
      params: { image_id },
      body: [
        { op: "replace", path: "/tags", value: ["b", "c"] },
        { op: "add", path: "/my~1own", value: "text" },
        { op: "remove", path: "/os_distro" },
        { op: "replace", path: "/name", value: null },
      ],
    });
    expect(reply).toMatchObject({ status: 200, body: { tags: ["b", "c"], "my/own": "text", name: null } });
    expect(await show(image_id)).not.toHaveProperty("os_distro");
  });
});
