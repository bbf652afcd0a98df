import { setTimeout as sleep } from "node:timers/promises";
import { firstEventIdAt, type StoredEventId } from "../sql/events/event-id.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";
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
  const end = await database.read(() => firstLeft(database, before));
  if (dryRun) {
    const older = database.queries.selectFrom("imagetags_events").where("id", "<", end);
    const counted = older.select((row) => row.fn.countAll().as("events")).compile();
    const [row] = await database.read(() => rowsOfQuery(counted));
    report(Number(row?.events ?? 0));
    return;
  }
  let removed = 0;
  try {
    while (!signal.aborted) {
      const { found, gone } = await database.change(() => removeSome(database, before, batch));
      removed += gone;
      if (found < batch) return;
      await sleep(PAUSE);
    }
  } finally {
    report(removed);
  }
}

/**
 * Removes the oldest events, and with them what was given up of them. Whoever has given-up events sent once more takes them
 * out of there first: so one of the two waits for the other, and what is to be sent again is seen here before its event goes.
 */
function* removeSome(
  database: SqlDatabase,
  before: Date,
  batch: number,
): Steps<{ readonly found: number; readonly gone: number }> {
  const { queries, hasOutbox } = database;
  const end = yield* firstLeft(database, before);
  const oldest = queries.selectFrom("imagetags_events").select("id").where("id", "<", end);
  const ids = (yield* rowsOfQuery(oldest.orderBy("id").limit(batch).compile())).map(({ id }) => id);
  if (ids.length === 0) return { found: 0, gone: 0 };
  let events = queries.deleteFrom("imagetags_events").where("id", "in", ids);
  if (hasOutbox) {
    yield queries.deleteFrom("imagetags_given_up").where("event_id", "in", ids).compile();
    events = events.where("id", "<", yield* firstLeft(database, before));
  }
  return { found: ids.length, gone: (yield events.compile()).affected };
}

/** The first event that is left: of the time, or one before it that still waits to be sent. */
function* firstLeft({ queries, dialect, hasOutbox }: SqlDatabase, before: Date): Steps<StoredEventId> {
  const end = dialect.toEventId(firstEventIdAt(before.getTime() * 1_000));
  if (!hasOutbox) return end;
  const waiting = queries
    .selectFrom("imagetags_outbox")
    .select("event_id")
    .where("event_id", "<", end)
    .orderBy("event_id")
    .limit(1)
    .compile();
  const [first] = yield* rowsOfQuery(waiting);
  return first?.event_id ?? end;
}
