import type { RemovalTogether } from "../sql/removal/preauthorized-removal.ts";
import { rowsOf } from "../sql/statement.ts";

/**
 * The images are locked first, those that can be, in one order. Each part is joined to the one before it,
 * and so runs after it, as in the removal of one tag.
 */
const STATEMENT = `
  with asked as (
    select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as asked (image_id, tag, owner, place)
  ), image as (
    select id, owner from images where id = any ($1) and not deleted order by id for update skip locked
  ), removed as (
    update image_tags set deleted = true, deleted_at = $4, updated_at = $4
    from image join asked on asked.image_id = image.id and (asked.owner is null or asked.owner = image.owner)
    where image_tags.image_id = image.id and image_tags.value = asked.tag and image_tags.deleted = false
    returning asked.place, image_tags.image_id
  ), touched as (
    update images set updated_at = $4 from (select distinct image_id from removed) as changed
    where images.id = changed.image_id and (images.updated_at is null or images.updated_at < $4)
  ) select place from removed`;

/** In one statement, and so in one round trip. */
export const removalTogether: RemovalTogether = {
  inTransaction: false,
  *work(removals, now) {
    const ids = removals.map(({ imageId }) => imageId);
    const tags = removals.map(({ tag }) => tag);
    const owners = removals.map(({ owner }) => owner);
    const reply = yield {
      name: "imagetags_removal_together",
      sql: STATEMENT,
      parameters: [ids, tags, owners, now],
    };
    // Places count from one.
    const places = new Set(rowsOf<{ place: number }>(reply).map(({ place }) => place - 1));
    return new Set(removals.filter((_, index) => places.has(index)));
  },
};
