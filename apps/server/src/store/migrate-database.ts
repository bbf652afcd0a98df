import type { Migrated } from "./migrations/index.ts";
import type { DatabaseSettings } from "./open-database.ts";
import { openSqlite } from "./sqlite/open.ts";

/**
 * Makes the tables of an empty database, or brings our own up to date. One of Glance's is left as it is.
 * Rejects with a `DatabaseFileError` or a `DatabaseServerError`.
 */
export async function migrateDatabase({ location, ...bounds }: DatabaseSettings): Promise<Migrated> {
  // Tables that are altered may keep a whole cluster from answering, for as long as it takes.
  const limits = { ...bounds, probeTimeout: undefined };
  switch (location.kind) {
    case "sqlite": {
      // An SQLite file is brought up to date whenever it is opened.
      const { store, schema } = await openSqlite(location.path);
      await store.close();
      return { schema, migrations: 0 };
    }
    case "mysql":
      return await (await import("./mysql/migrate.ts")).migrateMysql(location, limits);
    case "postgres":
      return await (await import("./postgres/migrate.ts")).migratePostgres(location, limits);
  }
}
