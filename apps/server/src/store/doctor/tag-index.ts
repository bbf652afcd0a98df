import type { SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";
import type { Finding } from "./finding.ts";
import { isLed, type DatabaseKind, type FoundIndex } from "./indexes.ts";

/** The name of the index led by the tag: nobody else's, so that Glance's migrations do not meet it. */
export const TAG_INDEX = "imagetags_tag_value";

/**
 * The statements that add the index led by the tag to a database of Glance's while others use it. Of
 * databases that can index some rows alone, the index has the live tags only.
 */
export const ADD_TAG_INDEX: Readonly<Record<DatabaseKind, readonly string[]>> = {
  sqlite: [`CREATE INDEX ${TAG_INDEX} ON image_tags (value, image_id) WHERE deleted = false`],
  mysql: [
    `ALTER TABLE image_tags ADD INDEX ${TAG_INDEX} (value, deleted, image_id), ALGORITHM=INPLACE, LOCK=NONE`,
  ],
  postgres: [
    // What an earlier try left that was broken off.
    `DROP INDEX CONCURRENTLY IF EXISTS ${TAG_INDEX}`,
    `CREATE INDEX CONCURRENTLY ${TAG_INDEX} ON image_tags (value, image_id) WHERE deleted = false`,
  ],
};

/** Adds the index led by the tag. Each statement is by itself: some cannot be in a transaction. */
export async function addTagIndex(database: SqlDatabase, kind: DatabaseKind): Promise<void> {
  for (const sql of ADD_TAG_INDEX[kind]) {
    await database.autocommit(function* (): Steps<void> {
      yield { sql, parameters: [] };
    });
  }
}

/** Whether images are found by their tags from an index. */
export function hasTagIndex(indexes: readonly FoundIndex[]): boolean {
  return isLed(indexes, "image_tags", "value");
}

/** What every database of Glance's has, and each removal needs: an index of these tables led by these columns. */
const NEEDED = [
  ["images", "id"],
  ["image_tags", "image_id"],
  ["image_properties", "image_id"],
  ["image_members", "image_id"],
  ["image_locations", "image_id"],
] as const;

/** Finds out which indexes are missing that Glance's own migrations make. */
export function missingIndexes(indexes: readonly FoundIndex[]): Finding {
  const missing = NEEDED.filter(([table, column]) => !isLed(indexes, table, column));
  return {
    code: "missing-index",
    meaning:
      "Indexes are missing that Glance's own migrations make. Without them every request reads whole tables.",
    count: missing.length,
    examples: missing.map(([table, column]) => `${table} (${column})`),
  };
}
