import { parseDatabaseUrl } from "../store/database-url.ts";
import { openDatabase } from "../store/open-database.ts";
import { SqlOutbox } from "../store/outbox/sql-outbox.ts";
import type { DatabaseKind } from "./database-kind.ts";

const LIMITS = { poolSize: 10, connectTimeout: 10_000, statementTimeout: 10_000 };

/** Asks an outbox for as much as a test leaves there. */
export const ALL_DELIVERIES = { limit: 1_000, without: new Set<string>() };

/** A store on a database of a kind, whose events are to be sent to these destinations, and the outbox. */
export async function openWithOutbox(
  kind: DatabaseKind,
  destinations: readonly string[],
  clock?: () => Date,
) {
  const db = await kind.open();
  const location = parseDatabaseUrl(db.url);
  const { store, database } = await openDatabase({ location, destinations, ...LIMITS }, clock);
  return {
    store,
    database,
    outbox: new SqlOutbox(database),
    async [Symbol.asyncDispose]() {
      await store.close();
      await db[Symbol.asyncDispose]();
    },
  };
}
