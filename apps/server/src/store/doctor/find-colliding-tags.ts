import { sql as raw, type Kysely } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { MOST_EXAMPLES, quoteTag, type Finding } from "./finding.ts";

/** Finds different tags of an image that are equal under their column's collation. */
export function* findCollidingTags(db: Kysely<Schema>, dialect: Dialect): Steps<Finding> {
  const exact = dialect.exact("image_tags.value");
  const groups = yield* rowsOfQuery(
    db
      .selectFrom("image_tags")
      .innerJoin("images", "images.id", "image_tags.image_id")
      .select((row) => ["image_tags.image_id", row.fn.min("image_tags.value").as("tag")])
      .where("image_tags.deleted", "=", raw.lit(false))
      .where("images.deleted", "=", raw.lit(false))
      .groupBy(["image_tags.image_id", "image_tags.value"])
      .having(raw`count(distinct ${exact})`, ">", 1)
      .orderBy("image_tags.image_id")
      .compile(),
  );
  const examples: string[] = [];
  for (const { image_id: imageId, tag } of groups.slice(0, MOST_EXAMPLES)) {
    const alike = yield* rowsOfQuery(
      db
        .selectFrom("image_tags")
        .select("value")
        .where("image_id", "=", imageId)
        .where("value", "=", tag)
        .where("deleted", "=", raw.lit(false))
        .orderBy("id")
        .compile(),
    );
    const tags = [...new Set(alike.map(({ value }) => quoteTag(value)))];
    examples.push(`image ${imageId}: ${tags.join(", ")}`);
  }
  return {
    code: "colliding-tags",
    meaning:
      "Different tags of one image are one to the collation of their column. Glance answers 500 when one of them " +
      "is removed, or the image's tags are set. This server tells them apart: remove those that are not wanted.",
    count: groups.length,
    examples,
  };
}
