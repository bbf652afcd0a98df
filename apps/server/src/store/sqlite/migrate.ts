import type Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { sqliteDdl } from "../migrations/ddl.ts";
import { migrate } from "../migrations/index.ts";

/** Brings a database of our own up to date, in the open transaction. */
export async function migrateSqlite(database: Database.Database): Promise<void> {
  // Destroying it would close the file, which the store goes on using.
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  await migrate(db, sqliteDdl, { inTransaction: true });
}
