import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Ddl } from "./ddl.ts";

/**
 * What Glance's schema lacks. A live tag stands once on an image. Images are found by tag. A list is read
 * newest first, ties included.
 */
export const liveTags = (ddl: Ddl): Migration => ({
  async up(db: Kysely<unknown>): Promise<void> {
    await ddl.liveTags(db);
    await ddl.index(db, { table: "images", name: "imagetags_newest_images", columns: ["created_at", "id"] });
  },
});
