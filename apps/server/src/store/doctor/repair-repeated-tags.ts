import { sql as raw } from "kysely";
import { openForChange } from "../sql/lock-and-authorize.ts";
import type { SqlDatabase } from "../sql/sql-image-store.ts";
import { rowsOfQuery, type Work } from "../sql/statement.ts";
import { compileStatements, type Statements } from "../sql/statements.ts";
import type { RepeatedTag } from "./find-repeated-tags.ts";

/**
 * Leaves one live row of each tag on its image, the oldest, and marks the others as deleted, as a removal
 * does: under the image's row lock, with the image's `updated_at`. Resolves with the number of rows
 * marked, less by those that others have removed meanwhile.
 */
export async function repairRepeatedTags(
  database: SqlDatabase,
  repeated: readonly RepeatedTag[],
): Promise<number> {
  const sql = compileStatements(database.queries, database.dialect);
  let marked = 0;
  for (const { imageId, tag } of repeated) {
    marked += await database.change(() => removeCopies(database, sql, imageId, tag));
  }
  return marked;
}

function* removeCopies(
  { queries: db, dialect }: SqlDatabase,
  sql: Statements,
  imageId: string,
  tag: string,
): Work<number> {
  const image = yield* openForChange(sql, { imageId, projectId: null }, () => undefined);
  if (image === undefined) return 0;
  const rows = yield* rowsOfQuery(
    db
      .selectFrom("image_tags")
      .select("id")
      .where("image_id", "=", image.id)
      .where(dialect.isOneOf("image_tags.value", [tag]))
      .where("deleted", "=", raw.lit(false))
      .orderBy("id")
      .compile(),
  );
  const copies = rows.slice(1).map(({ id }) => id);
  if (copies.length === 0) return 0;
  const now = dialect.toTime(new Date());
  yield db
    .updateTable("image_tags")
    .set({ deleted: raw.lit(true), deleted_at: now, updated_at: now })
    .where("id", "in", copies)
    .compile();
  yield* sql.touchImage.run({ imageId: image.id, now });
  return copies.length;
}
