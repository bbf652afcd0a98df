import { sql as raw } from "kysely";
import { markTagsDeleted } from "../sql/mark-rows.ts";
import { lockAndAuthorize } from "../sql/lock-and-authorize.ts";
import { clockTime } from "../sql/moments.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { compileStatements } from "../sql/statements.ts";
import type { Tx } from "../sql/tx.ts";
import type { RepeatedTag } from "./find-repeated-tags.ts";

/**
 * Leaves the oldest live row of each tag on its image, and marks the others as deleted. It does so as a removal
 * does, under the image's row lock and with its `updated_at`. Resolves with the number of rows marked. Rows
 * that others have removed meanwhile do not count.
 */
export async function repairRepeatedTags(
  database: SqlDatabase,
  repeated: readonly RepeatedTag[],
): Promise<number> {
  const { queries, dialect, moments, recordsEvents, destinations, isGlances } = database;
  const sql = compileStatements(queries, dialect);
  let marked = 0;
  for (const { imageId, tag } of repeated) {
    marked += await database.change(() => {
      const moment = moments.next();
      const tx = {
        queries,
        sql,
        now: dialect.toTime(clockTime(moment)),
        moment,
        recordsEvents,
        destinations,
        knownRules: undefined,
        isGlances,
      };
      return removeCopies(tx, imageId, tag);
    });
  }
  return marked;
}

function* removeCopies(tx: Tx, imageId: string, tag: string): Steps<number> {
  const image = yield* lockAndAuthorize(tx, { imageId, projectId: null }, () => undefined);
  if (image === undefined) return 0;
  const { queries, sql, now } = tx;
  const rows = yield* rowsOfQuery(
    queries
      .selectFrom("image_tags")
      .select("id")
      .where("image_id", "=", image.id)
      .where(sql.dialect.isOneOf("image_tags.value", [tag]))
      .where("deleted", "=", raw.lit(false))
      .orderBy("id")
      .compile(),
  );
  const copies = rows.slice(1).map(({ id }) => id);
  if (copies.length === 0) return 0;
  yield markTagsDeleted(queries, now).where("id", "in", copies).compile();
  yield* sql.touchImage.run({ imageId: image.id, now });
  return copies.length;
}
