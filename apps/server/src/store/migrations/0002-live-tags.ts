import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";

/**
 * What Glance's schema lacks: a live tag stands once on an image, images are found by tag, and a list
 * is gone through newest first, ties included.
 */
export const liveTags = (ddl: Ddl): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await ddl.liveTags(db);
    await ddl.index(db, { table: "images", name: "imagetags_newest_images", columns: ["created_at", "id"] });
  },
});
