import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { imageRow } from "../../testing/image-rows.ts";

describeOnDatabases("the stores of images on", ({ open }) => {
  test("are those of their live locations, oldest first", async () => {
    await using db = await open();
    const [one, other, none] = [imageRow(), imageRow(), imageRow()];
    await db.insert("images", one, other, none);
    const location = (image: typeof one, notes: string | null, said = {}) => ({
      image_id: image.id,
      value: `file:///${randomUUID()}`,
      meta_data: notes,
      status: "active",
      created_at: image["created_at"] ?? null,
      updated_at: null,
      deleted_at: null,
      deleted: 0,
      ...said,
    });
    await db.insert(
      "image_locations",
      location(one, '{"store": "slow", "size": 1}'),
      location(other, '{"store": "fast"}'),
      location(one, '{"store": "fast"}'),
      location(one, '{"store": "gone"}', { deleted: 1 }),
      location(one, '{"store": "going"}', { status: "pending_delete" }),
      location(none, null),
      location(none, "no JSON"),
      location(none, '["store"]'),
    );
    const ids = [one, other, none].map(({ id }) => id);
    expect(Object.fromEntries(await db.store.findStores(ids))).toEqual({
      [one.id]: ["slow", "fast"],
      [other.id]: ["fast"],
    });
    expect((await db.store.findStores([])).size).toBe(0);
  });
});
