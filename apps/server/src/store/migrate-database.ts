import type { Migrated } from "./migrations/index.ts";
import type { DatabaseSettings } from "./open-database.ts";
import { openSqlite } from "./sqlite/open.ts";

/**
 * Makes the tables of an empty database, or brings our own up to date. One of Glance's is left as it is, but for
 * tables of ours beside Glance's where `alongside` asks for them. Rejects with a `DatabaseFileError` or a
 * `DatabaseServerError`.
 */
export async function migrateDatabase(
  { location, ...bounds }: DatabaseSettings,
  alongside = false,
): Promise<Migrated> {
  // Tables that are altered may keep a whole cluster from answering, for as long as it takes.
  const limits = { ...bounds, probeTimeout: undefined };
  switch (location.kind) {
    case "sqlite": {
      // An SQLite file is brought up to date whenever it is opened.
      const { store, schema, made } = await openSqlite(location.path, { alongside });
      await store.close();
      return { schema, migrations: 0, alongside: made };
    }
    case "mysql":
      return await (await import("./mysql/migrate.ts")).migrateMysql(location, limits, alongside);
    case "postgres":
      return await (await import("./postgres/migrate.ts")).migratePostgres(location, limits, alongside);
  }
}
