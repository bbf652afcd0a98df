import type Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { sqliteDdl } from "../migrations/ddl.ts";
import { makeAlongside } from "../migrations/alongside.ts";
import { migrate, type MigrateOptions } from "../migrations/index.ts";
import { readTables } from "./inspect.ts";

/** Brings a database of our own up to date, in the open transaction. */
export async function migrateSqlite(
  database: Database.Database,
  schema: MigrateOptions["schema"],
): Promise<void> {
  await migrate(queriesOn(database), sqliteDdl, { schema, inTransaction: true });
}

/** Makes the tables of ours beside Glance's, in the open transaction. Resolves with their names. */
export function makeSqliteAlongside(database: Database.Database): Promise<readonly string[]> {
  return makeAlongside(queriesOn(database), sqliteDdl, readTables(database));
}

/** Destroying it would close the file, which the store goes on using. */
function queriesOn(database: Database.Database): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
}
