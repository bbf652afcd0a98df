import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What a list by a tag of many images is gone through with, newest first. */
export const listOrder: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // The order of a list when nothing is said, ties included.
    await db.schema
      .createIndex("imagetags_newest_images")
      .on("images")
      .columns(["created_at", "id"])
      .execute();
    // Unique, which forbids nothing more: SQLite then asks this index, and not the one led by the image,
    // whether an image bears a tag. All that bear one lie together in it.
    await db.schema.dropIndex("imagetags_images_by_tag").execute();
    await db.schema
      .createIndex("imagetags_images_by_tag")
      .unique()
      .on("image_tags")
      .columns(["value", "image_id"])
      .where(sql.ref("deleted"), "=", sql.lit(false))
      .execute();
  },
};
