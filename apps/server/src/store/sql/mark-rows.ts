import { sql, type Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/*
 * What more than one statement does to rows; which rows, each says by conditions of its own.
 * Booleans are written out, not passed as parameters: an index of live rows is used only where the text says so.
 */

/** Marks live rows of tags as deleted. */
export function markTagsDeleted(db: Kysely<Schema>, now: string) {
  return db
    .updateTable("image_tags")
    .set({ deleted: sql.lit(true), deleted_at: now, updated_at: now })
    .where("image_tags.deleted", "=", sql.lit(false));
}

/**
 * Writes rows of images and, twice, leaves them as they were. Two nodes of a cluster conflict only by a row
 * that both write, so each change of an image writes the image's.
 */
export function toggleImages(db: Kysely<Schema>) {
  // An even number goes up and an odd one down, since the largest number has none after it.
  return db
    .updateTable("images")
    .set({ min_ram: sql<number>`images.min_ram + 1 - 2 * (images.min_ram % 2)` });
}

/** Moves `updated_at` of images, forward only: another writer's clock may run ahead. */
export function touchImages(db: Kysely<Schema>, now: string) {
  return db
    .updateTable("images")
    .set({ updated_at: now })
    .where((row) => row.or([row("images.updated_at", "is", null), row("images.updated_at", "<", now)]));
}
