import type { SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";
import type { Finding } from "./finding.ts";
import { isLed, type DatabaseKind, type FoundIndex } from "./indexes.ts";

/** The name of the index led by the tag. Glance's migrations have none of that name. */
export const TAG_INDEX = "imagetags_tag_value";

/**
 * The statements that add the index led by the tag to a database of Glance's while others use it. The index has
 * live tags only, on databases that can index some of the rows.
 */
export const ADD_TAG_INDEX: Readonly<Record<DatabaseKind, readonly string[]>> = {
  sqlite: [`CREATE INDEX ${TAG_INDEX} ON image_tags (value, image_id) WHERE deleted = false`],
  mysql: [
    `ALTER TABLE image_tags ADD INDEX ${TAG_INDEX} (value, deleted, image_id), ALGORITHM=INPLACE, LOCK=NONE`,
  ],
  postgres: [
    // An earlier try that broke off may have left it.
    `DROP INDEX CONCURRENTLY IF EXISTS ${TAG_INDEX}`,
    `CREATE INDEX CONCURRENTLY ${TAG_INDEX} ON image_tags (value, image_id) WHERE deleted = false`,
  ],
};

/** Adds the index led by the tag. The statements are no transaction, since some cannot be in one. */
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

/** The indexes that every database of Glance's has and each removal needs, by their first columns. */
const NEEDED = [
  ["images", "id"],
  ["image_tags", "image_id"],
  ["image_properties", "image_id"],
  ["image_members", "image_id"],
  ["image_locations", "image_id"],
] as const;

/** Finds the indexes of Glance's own migrations that are missing. */
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
