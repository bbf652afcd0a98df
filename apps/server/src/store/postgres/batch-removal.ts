import { sql as raw } from "kysely";
import { markTagsDeleted, touchImages } from "../sql/mark-rows.ts";
import type { BatchRemoval } from "../sql/removal/preauthorized-removal.ts";
import { Statement } from "../sql/statement.ts";
import { postgresQueries } from "./dialect.ts";

interface Args {
  readonly imageIds: readonly string[];
  readonly tags: readonly string[];
  readonly owners: readonly (string | null)[];
  readonly now: string;
}

/**
 * The images that can be locked are locked first, in one order. Each part is joined to the one before it, and
 * so runs after that. A subquery on what another part changed would not do: it fails where a row was changed
 * meanwhile and is looked at again. The first names this server to the guard, for this statement alone.
 */
const removeTags = new Statement<Args, { readonly place: number }>(postgresQueries, (db, slot) => {
  const meant = raw<{ image_id: string; tag: string; place: number }>`(
    select image.id as image_id, asked.tag, asked.place
    from image join asked on asked.image_id = image.id and (asked.owner is null or asked.owner = image.owner))`;
  const removed = markTagsDeleted(db, slot.now)
    .from(meant.as("meant"))
    .whereRef("image_tags.image_id", "=", "meant.image_id")
    .whereRef("image_tags.value", "=", "meant.tag")
    .returning(["meant.place", "image_tags.image_id"]);
  const touched = touchImages(db, slot.now)
    .from(raw<{ image_id: string }>`(select distinct image_id from removed)`.as("changed"))
    .whereRef("images.id", "=", "changed.image_id");
  const statement = raw<{ place: number }>`
    with asked as (
      select * from unnest(${slot.imageIds}::text[], ${slot.tags}::text[], ${slot.owners}::text[])
        with ordinality as asked (image_id, tag, owner, place)
    ), image as (
      select id, owner from images where id = any (${slot.imageIds}::text[]) and not deleted
        and set_config('imagetags.server', 'on', true) = 'on'
      order by id for update skip locked
    ), removed as (${removed}), touched as (${touched}) select place from removed`;
  return { compile: () => statement.compile(db) };
});

/** Removes any number in one statement, and so in one round trip. */
export const batchRemoval: BatchRemoval = {
  inTransaction: () => false,
  *steps(removals, now) {
    const rows = yield* removeTags.rows({
      imageIds: removals.map(({ imageId }) => imageId),
      tags: removals.map(({ tag }) => tag),
      owners: removals.map(({ owner }) => owner),
      now,
    });
    // Places in the statement count from one.
    const places = new Set(rows.map(({ place }) => place - 1));
    return new Set(removals.filter((_, index) => places.has(index)));
  },
};
