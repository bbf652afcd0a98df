import type { Kysely } from "kysely";
import type { Schema } from "../sql/schema.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
import { findCollidingTags } from "./find-colliding-tags.ts";
import { findLossyCommits } from "./find-lossy-commits.ts";
import { findNarrowColumns } from "./find-narrow-columns.ts";
import { findOddTags } from "./find-odd-tags.ts";
import { findOrphanedTags } from "./find-orphaned-tags.ts";
import { findRepeatedTags, type RepeatedTag } from "./find-repeated-tags.ts";
import { MOST_EXAMPLES, quoteTag, type Finding } from "./finding.ts";
import { readIndexes, type DatabaseKind } from "./indexes.ts";
import { hasTagIndex, missingIndexes } from "./tag-index.ts";

/** What a look at a database found. */
export interface Examination {
  readonly liveTags: number;
  /** Rows of tags that were removed. */
  readonly removedTags: number;
  /** Whether images are found by their tags from an index. */
  readonly hasTagIndex: boolean;
  /** What is wrong. A kind of fault that was not found is left out. */
  readonly findings: readonly Finding[];
}

/** Looks at the tags of a database while others use it, and changes nothing. Each look sees one state of it. */
export async function examine(database: SqlDatabase, kind: DatabaseKind): Promise<Examination> {
  const { queries: db, dialect } = database;
  const indexes = await database.read(() => readIndexes(db, kind));
  const counts = await database.read(() => countTags(db));
  const findings = [
    missingIndexes(indexes),
    findNarrowColumns(dialect),
    repeatedTags(await database.read(() => findRepeatedTags(db, dialect))),
    await database.read(() => findCollidingTags(db, dialect)),
    ...(await database.read(() => findOddTags(db))),
    await database.read(() => findOrphanedTags(db)),
    await database.read(() => findLossyCommits(db, kind)),
  ];
  return {
    ...counts,
    hasTagIndex: hasTagIndex(indexes),
    findings: findings.filter(({ count }) => count > 0),
  };
}

function* countTags(db: Kysely<Schema>): Steps<{ liveTags: number; removedTags: number }> {
  const rows = yield* rowsOfQuery(
    db
      .selectFrom("image_tags")
      .select((row) => ["deleted", row.fn.countAll().as("count")])
      .groupBy("deleted")
      .compile(),
  );
  const count = (deleted: boolean): number =>
    rows.filter((row) => Boolean(row.deleted) === deleted).reduce((sum, row) => sum + Number(row.count), 0);
  return { liveTags: count(false), removedTags: count(true) };
}

function repeatedTags(repeated: readonly RepeatedTag[]): Finding {
  return {
    code: "repeated-tag",
    meaning:
      "A tag stands in several rows of an image, as parallel requests to Glance leave it, and Glance then answers " +
      '500 when it is removed. "doctor --repair" leaves one; a removal by this server removes all.',
    count: repeated.length,
    examples: repeated
      .slice(0, MOST_EXAMPLES)
      .map(({ imageId, tag, rows }) => `image ${imageId}: ${quoteTag(tag)} in ${rows} rows`),
  };
}
