import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * What Glance's schema lacks: a live tag stands once on an image, images are found by tag, and a list
 * is gone through newest first, ties included.
 */
export const liveTags: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await liveTagIndex(db, "imagetags_live_tag", ["image_id", "value"]);
    // Unique too, which forbids nothing more: SQLite then asks this index, and not the one led by the
    // image, whether an image bears a tag. All that bear one lie together in it.
    await liveTagIndex(db, "imagetags_images_by_tag", ["value", "image_id"]);
    await db.schema
      .createIndex("imagetags_newest_images")
      .on("images")
      .columns(["created_at", "id"])
      .execute();
  },
};

function liveTagIndex(db: Kysely<unknown>, name: string, columns: string[]): Promise<void> {
  return db.schema
    .createIndex(name)
    .unique()
    .on("image_tags")
    .columns(columns)
    .where(sql.ref("deleted"), "=", sql.lit(false))
    .execute();
}
