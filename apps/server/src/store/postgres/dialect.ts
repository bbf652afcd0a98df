import { sql as raw } from "kysely";
import { removalTogether } from "./batch-removal.ts";
import { plainDialect, type Dialect, type Removal, type RemovalGuard } from "../sql/dialect.ts";

/** PostgreSQL, where text is compared by its characters whatever the order of its collation. */
export const postgresDialect: Dialect = {
  ...plainDialect,
  locksRows: true,
  // Source: PostgreSQL, "Character Types": the character with code zero cannot be stored.
  holds: (_, text) => text.isWellFormed() && !text.includes("\0"),
  // Each part is joined to the one before it, and so runs after it; a condition with a subquery on what
  // another part changed would fail where a row was changed meanwhile and is looked at again.
  removal: (guard, values) => raw`
    with image as (
      select id from images where id = ${values.imageId} and not deleted and ${holdsStill(guard, values)} for update
    ), removed as (
      update image_tags set deleted = true, deleted_at = ${values.now}, updated_at = ${values.now}
      from image where image_tags.image_id = image.id and value = ${values.tag} and deleted = false
      returning image_tags.image_id
    ), touched as (
      update images set updated_at = ${values.now} from removed
      where images.id = removed.image_id and (images.updated_at is null or images.updated_at < ${values.now})
    ) select image_id from removed`,
  removalTogether,
};

function holdsStill(guard: RemovalGuard, { owner, visibility, protected: isProtected }: Removal) {
  const isOwner = raw`owner is not distinct from ${owner}`;
  switch (guard) {
    case "any":
      return raw`true`;
    case "own":
      return isOwner;
    case "as-found":
      return raw`${isOwner} and visibility = ${visibility} and protected = ${isProtected}`;
  }
}
