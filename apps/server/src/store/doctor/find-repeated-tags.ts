import { sql as raw, type Kysely } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";

/** A tag that stands in several live rows of an image. */
export interface RepeatedTag {
  readonly imageId: string;
  readonly tag: string;
  readonly rows: number;
}

/** Finds the tags that stand more than once on an image, compared by their exact characters. */
export function* findRepeatedTags(db: Kysely<Schema>, dialect: Dialect): Steps<RepeatedTag[]> {
  const rows = yield* rowsOfQuery(
    db
      .selectFrom("image_tags")
      .innerJoin("images", "images.id", "image_tags.image_id")
      .select((row) => [
        "image_tags.image_id",
        // The tags of a group are equal to the byte, so any of them will do.
        row.fn.min("image_tags.value").as("tag"),
        row.fn.countAll().as("rows"),
      ])
      .where("image_tags.deleted", "=", raw.lit(false))
      .where("images.deleted", "=", raw.lit(false))
      .groupBy(["image_tags.image_id", dialect.exact("image_tags.value")])
      .having((row) => row.fn.countAll(), ">", 1)
      .orderBy("image_tags.image_id")
      .compile(),
  );
  return rows.map(({ image_id: imageId, tag, rows: count }) => ({ imageId, tag, rows: Number(count) }));
}
