import { createClient, type Client } from "@imagetags/client";
import { times } from "@imagetags/testing/test-matrix";
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
  if (shown.status !== 200) throw new Error(`It is not shown: ${shown.status}`);
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
      { numRuns: times(150, 50) },
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
      { numRuns: times(60, 20) },
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

  it("data goes up as a Blob, bytes or a stream, and comes down as it was, whole or in part", async () => {
    const bytes = new Uint8Array(200_000).map((_, index) => index % 253);
    for (const body of [new Blob([bytes]), bytes, new Blob([bytes]).stream()]) {
      const made = await client.images.create({ body: { disk_format: "raw", container_format: "bare" } });
      if (made.status !== 201) throw new Error(made.body.error.message);
      const params = { image_id: made.body.id };
      expect((await client.imageData.download({ params })).status).toBe(204);
      expect((await client.imageData.upload({ params, body })).status).toBe(204);

      const whole = await client.imageData.download({ params });
      if (whole.status !== 200) throw new Error(`It was answered ${whole.status}.`);
      expect(Buffer.from(await whole.body.arrayBuffer()).equals(bytes)).toBe(true);
      const part = await client.imageData.download({ params, headers: { range: "bytes=100-199" } });
      if (part.status !== 206) throw new Error(`It was answered ${part.status}.`);
      expect(Buffer.from(await part.body.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
      expect((await client.imageData.upload({ params, body: bytes })).status).toBe(409);
    }
  });
});
