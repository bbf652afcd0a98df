import { sql as raw, type Kysely } from "kysely";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { MOST_EXAMPLES, quoteTag, type Finding } from "./finding.ts";

/** Finds live tags of images that are deleted or not there. */
export function* findOrphanedTags(db: Kysely<Schema>): Steps<Finding> {
  const orphans = db
    .selectFrom("image_tags")
    .leftJoin("images", "images.id", "image_tags.image_id")
    .where("image_tags.deleted", "=", raw.lit(false))
    .where((row) => row.or([row("images.id", "is", null), row("images.deleted", "=", raw.lit(true))]));
  const [counted] = yield* rowsOfQuery(orphans.select((row) => row.fn.countAll().as("count")).compile());
  const examples = yield* rowsOfQuery(
    orphans
      .select(["image_tags.image_id", "image_tags.value"])
      .orderBy("image_tags.id")
      .limit(MOST_EXAMPLES)
      .compile(),
  );
  return {
    code: "orphaned-tag",
    meaning:
      "Tags of images that are deleted or not there. Nobody sees them; a purge of the images stumbles over them " +
      "where the database checks references.",
    count: Number(counted?.count ?? 0),
    examples: examples.map(({ image_id: imageId, value }) => `image ${imageId}: ${quoteTag(value)}`),
  };
}
