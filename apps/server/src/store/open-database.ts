import type { DatabaseLocation } from "./database-url.ts";
import { missingMigrations } from "./migrations/missing-migrations.ts";
import type { PooledDatabase } from "./pooled/pooled-database.ts";
import type { PoolLimits } from "./pooled/session.ts";
import type { FoundSchema } from "./sql/recognise-schema.ts";
import type { SqlDatabase } from "./sql/sql-database.ts";
import { SqlImageStore } from "./sql/sql-image-store.ts";
import { openSqlite } from "./sqlite/open.ts";

/** The database, and the limits of connections to it. The limits do not concern SQLite. */
export interface DatabaseSettings extends PoolLimits {
  readonly location: DatabaseLocation;
  /** Where events are to be sent: each change of a tag writes them into the outbox for it, where there is one. */
  readonly destinations?: readonly string[] | undefined;
}

/** An open store, and whose schema its database has. */
export interface OpenedDatabase {
  readonly store: SqlImageStore;
  /** The database below the store, which is closed with it. */
  readonly database: SqlDatabase;
  readonly schema: FoundSchema;
  /** Whether its tables are those that this server needs, now. */
  readonly isSchemaCurrent: () => Promise<boolean>;
}

/**
 * Opens the database that holds the images. An SQLite file gets its tables, or is brought up to date. A
 * database server's tables must be there, by `migrate` or by Glance. Rejects with a `DatabaseFileError` or a
 * `DatabaseServerError`, whose message is for people. `report` is told when an SQLite file is not at its path
 * any more.
 */
export async function openDatabase(
  { location, destinations = [], ...limits }: DatabaseSettings,
  clock?: () => Date,
  report?: (problem: string) => void,
): Promise<OpenedDatabase> {
  switch (location.kind) {
    case "sqlite":
      return withLook(await openSqlite(location.path, { clock, report, destinations }));
    // A driver takes long to load, so only the needed one is loaded.
    case "mysql": {
      const { openMysql } = await import("./mysql/open.ts");
      return withLook(withStore(await openMysql(location, limits, clock, destinations)));
    }
    case "postgres": {
      const { openPostgres } = await import("./postgres/open.ts");
      return withLook(withStore(await openPostgres(location, limits, clock, destinations)));
    }
  }
}

function withLook(opened: Omit<OpenedDatabase, "isSchemaCurrent">): OpenedDatabase {
  const { database, schema } = opened;
  const isSchemaCurrent = async (): Promise<boolean> =>
    schema === "glance" || (await database.read(missingMigrations)).length === 0;
  return { ...opened, isSchemaCurrent };
}

function withStore({
  database,
  schema,
}: {
  database: PooledDatabase;
  schema: FoundSchema;
}): Omit<OpenedDatabase, "isSchemaCurrent"> {
  return { store: new SqlImageStore(database), database, schema };
}
