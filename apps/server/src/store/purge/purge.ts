import { setTimeout as sleep } from "node:timers/promises";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery } from "../sql/statement.ts";
import {
  countDead,
  nextDead,
  PART_TABLES,
  PURGED_TABLES,
  removeDead,
  type DeadRows,
  type PurgedTable,
  type RowId,
} from "./dead-rows.ts";

/** The rows that one transaction removes. */
export const BATCH = 500;
/** The time that others have the database to themselves after each batch, in milliseconds. */
export const PAUSE = 20;

/** What is purged of a database, and who is told. */
export interface PurgeOptions {
  /** Rows that were deleted before this time go. */
  readonly before: Date;
  /** Whether rows of `images` go too, and not only rows that belong to them. */
  readonly images: boolean;
  /** Counts the rows that would be removed, and removes none. */
  readonly dryRun: boolean;
  /** Ends the purge after the batch that is under way. */
  readonly signal: AbortSignal;
  /** The rows that one transaction removes; 500 when absent. */
  readonly batch?: number;
  /** Is told of each table when it is done, or when the purge ends within it. */
  readonly report: (table: PurgedTable, rows: number) => void;
}

/**
 * Removes the rows of removed tags and deleted images for good, while others use the database. A batch is found
 * without a lock. Its rows are then removed by their ids, if they are still dead. A row never goes that is not
 * marked as deleted, or has no time of that. Nor does an image while a row belongs to it. Source of the tables
 * and their order: Glance, glance/db/sqlalchemy/api.py, `purge_deleted_rows`.
 */
export async function purge(database: SqlDatabase, options: PurgeOptions): Promise<void> {
  const before = database.dialect.toTime(options.before.getTime() * 1_000);
  for (const table of options.images ? PURGED_TABLES : PART_TABLES) {
    if (options.signal.aborted) return;
    if (options.dryRun) options.report(table, await count(database, { table, before }));
    else await removeAll(database, { table, before }, options);
  }
}

async function count(database: SqlDatabase, dead: DeadRows): Promise<number> {
  const [row] = await database.read(() => rowsOfQuery(countDead(database.queries, dead)));
  return Number(row?.count ?? 0);
}

async function removeAll(
  database: SqlDatabase,
  dead: DeadRows,
  { signal, batch = BATCH, report }: PurgeOptions,
): Promise<void> {
  const { queries } = database;
  let removed = 0;
  let after: RowId | undefined;
  try {
    while (!signal.aborted) {
      const position = { after, limit: batch };
      const rows = await database.read(() => rowsOfQuery(nextDead(queries, dead, position)));
      after = rows.at(-1);
      if (after === undefined) return;
      removed += await database.change(function* remove() {
        return (yield removeDead(queries, dead, rows)).affected;
      });
      if (rows.length < batch) return;
      await sleep(PAUSE);
    }
  } finally {
    report(dead.table, removed);
  }
}
