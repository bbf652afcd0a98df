import { setTimeout as sleep } from "node:timers/promises";
import { firstEventIdAt, type StoredEventId } from "../sql/events/event-id.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery } from "../sql/statement.ts";
import { BATCH, PAUSE, type PurgeOptions } from "./purge.ts";

/**
 * Removes the events of before a time, oldest first, beside whoever uses the database; `report` is told how many. There are
 * none where events are not recorded. What waits to be sent is left, and all that came after it.
 */
export async function purgeEvents(
  database: SqlDatabase,
  {
    before,
    dryRun,
    signal,
    batch = BATCH,
    report,
  }: Pick<PurgeOptions, "before" | "dryRun" | "signal" | "batch"> & {
    readonly report: (rows: number) => void;
  },
): Promise<void> {
  if (!database.recordsEvents || signal.aborted) return;
  const { queries } = database;
  const end = await firstLeft(database, before);
  const older = queries.selectFrom("imagetags_events").where("id", "<", end);
  if (dryRun) {
    const counted = older.select((row) => row.fn.countAll().as("events")).compile();
    const [row] = await database.read(() => rowsOfQuery(counted));
    report(Number(row?.events ?? 0));
    return;
  }
  if (database.hasOutbox) {
    const forgotten = queries.deleteFrom("imagetags_given_up").where("event_id", "<", end).compile();
    await database.change(function* forget() {
      yield forgotten;
    });
  }
  const oldest = older.select("id").orderBy("id").limit(batch).compile();
  let removed = 0;
  try {
    while (!signal.aborted) {
      const rows = await database.read(() => rowsOfQuery(oldest));
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      removed += await database.change(function* remove() {
        return (yield queries.deleteFrom("imagetags_events").where("id", "in", ids).compile()).affected;
      });
      if (rows.length < batch) return;
      await sleep(PAUSE);
    }
  } finally {
    report(removed);
  }
}

/** The first event that is left: of the time, or one before it that still waits to be sent. */
async function firstLeft(database: SqlDatabase, before: Date): Promise<StoredEventId> {
  const { queries, dialect, hasOutbox } = database;
  const end = dialect.toEventId(firstEventIdAt(before.getTime() * 1_000));
  if (!hasOutbox) return end;
  const waiting = queries
    .selectFrom("imagetags_outbox")
    .select("event_id")
    .where("event_id", "<", end)
    .orderBy("event_id")
    .limit(1)
    .compile();
  const [first] = await database.read(() => rowsOfQuery(waiting));
  return first?.event_id ?? end;
}
