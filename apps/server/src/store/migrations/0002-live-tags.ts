import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What Glance's schema lacks: a live tag stands once on an image, and images are found by tag. */
export const liveTags: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createIndex("imagetags_live_tag")
      .unique()
      .on("image_tags")
      .columns(["image_id", "value"])
      .where(sql.ref("deleted"), "=", sql.lit(false))
      .execute();
    await db.schema
      .createIndex("imagetags_images_by_tag")
      .on("image_tags")
      .columns(["value", "image_id"])
      .where(sql.ref("deleted"), "=", sql.lit(false))
      .execute();
  },
};
