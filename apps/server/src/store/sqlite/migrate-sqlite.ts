import type Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations, MIGRATION_TABLE } from "../migrations/index.ts";

/** Brings a database of our own up to date, in the transaction that is open. */
export async function migrateSqlite(database: Database.Database): Promise<void> {
  // Never destroyed: that would close the file, which the store goes on using.
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    // The caller holds the database's lock in a transaction of its own.
    disableTransactions: true,
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
