// Tags that Glance cannot tell apart or reach on MariaDB, and that the server can.
import assert from "node:assert/strict";
import type { Setting } from "./setting.ts";

const FORMATS = { disk_format: "raw", container_format: "bare" };

const sorted = (...tags: string[]) => tags.toSorted();

export async function exactTagChecks({ checks: { check }, glance, ours }: Setting) {
  const image = (tags: string[]) => glance.create({ name: "exact", tags, ...FORMATS });

  await check(
    "of Prod and prod, where Glance answers 500, the server removes the right one, and Glance works again",
    async () => {
      const id = await image(["other"]);
      assert.deepEqual([await glance.addTag(id, "Prod"), await glance.addTag(id, "prod")], [204, 204]);
      assert.equal(await glance.removeTag(id, "prod"), 500);
      assert.equal(await ours.removeTag(id, "prod"), 204);
      assert.deepEqual(await ours.tags(id), ["Prod", "other"]);
      assert.deepEqual(await glance.tags(id), ["Prod", "other"]);
      assert.equal(await ours.removeTag(id, "prod"), 404);
      assert.equal(await glance.removeTag(id, "Prod"), 204);
      assert.deepEqual(await ours.tags(id), ["other"]);
    },
  );
  for (const { tag, alike, collides } of [
    { tag: "é", alike: "e", collides: true },
    { tag: "ß", alike: "ss", collides: false },
    { tag: "a ", alike: "a", collides: true },
    { tag: "e\u0301", alike: "é", collides: false },
  ]) {
    await check(`${JSON.stringify(tag)} beside ${JSON.stringify(alike)}: each is removed alone`, async () => {
      const id = await image(["other", tag, alike]);
      assert.deepEqual(await glance.tags(id), sorted("other", tag, alike));
      assert.equal(await ours.removeTag(id, tag), 204);
      assert.deepEqual(await glance.tags(id), sorted("other", alike));
      assert.equal(await ours.removeTag(id, tag), 404);
      // Glance fails with both from then on where its column takes them for equal.
      assert.equal(await ours.addTag(id, tag), collides ? 409 : 204);
      if (!collides) assert.equal(await ours.removeTag(id, tag), 204);
      assert.equal(await ours.removeTag(id, alike), 204);
      assert.deepEqual(await glance.tags(id), ["other"]);
    });
  }
  for (const tag of ["é", "日本語", "a/b"]) {
    await check(`${JSON.stringify(tag)}, set by JSON at Glance, is 404 there and removed here`, async () => {
      const id = await image([tag, "other"]);
      assert.equal(await glance.removeTag(id, tag), 404);
      assert.equal(await ours.removeTag(id, tag), 204);
      assert.deepEqual(await glance.tags(id), ["other"]);
    });
  }
  await check("é, which Glance takes from a path as Ã©, is shown and removed as that", async () => {
    const id = await image([]);
    assert.equal(await glance.addTag(id, "é"), 204);
    assert.deepEqual(await ours.tags(id), ["Ã©"]);
    assert.equal(await ours.removeTag(id, "é"), 404);
    assert.equal(await ours.removeTag(id, "Ã©"), 204);
    assert.deepEqual(await glance.tags(id), []);
  });
  await check(
    "a character that Glance's three-byte column cannot hold is 400, and nothing is stored",
    async () => {
      const id = await image(["other"]);
      const { updated_at: before } = await glance.show(id);
      assert.equal(await ours.addTag(id, "🚀"), 400);
      const replaced = await ours.patch(id, [{ op: "replace", path: "/tags", value: ["x", "🚀"] }]);
      assert.equal(replaced.status, 400);
      assert.match(replaced.body.error.message, /🚀|tag/i);
      assert.equal((await ours.send("POST", "/v2/images", { name: "x", tags: ["🚀"] })).status, 400);
      assert.equal(await ours.removeTag(id, "🚀"), 404);
      assert.deepEqual(await glance.tags(id), ["other"]);
      assert.equal((await glance.show(id)).updated_at, before);
    },
  );
}
