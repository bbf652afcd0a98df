import { sql as raw } from "kysely";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery } from "../sql/statement.ts";

/**
 * How many tags that had been removed were written back, to no effect, and are not purged yet: nobody but the
 * guard leaves a removed tag without the time of a change. Reads every tag. What was kept from being taken off
 * leaves no trace.
 */
export async function countWriteBacks(database: SqlDatabase): Promise<number> {
  const query = database.queries
    .selectFrom("image_tags")
    .select((found) => found.fn.countAll().as("count"))
    .where("deleted", "=", raw.lit(true))
    .where("updated_at", "is", null)
    .compile();
  const [row] = await database.read(() => rowsOfQuery(query));
  return Number(row?.count ?? 0);
}
