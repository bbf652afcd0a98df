import type { DatabaseServer } from "./database-url.ts";
import { MIGRATION_TABLE } from "./migrations/index.ts";
import { askColumns, askServer } from "./mysql/inspect-mysql.ts";
import { migrateMysql } from "./mysql/migrate-mysql.ts";
import { MysqlPool } from "./mysql/mysql-pool.ts";
import type { DatabaseSettings } from "./open-database.ts";
import { cannotUse, toTables, using } from "./pooled/open-server.ts";
import type { PoolLimits, SessionPool } from "./pooled/session.ts";
import { migratePostgres } from "./postgres/migrate-postgres.ts";
import { COLUMNS } from "./postgres/open-postgres.ts";
import { PostgresPool } from "./postgres/postgres-pool.ts";
import { recogniseSchema, type FoundSchema } from "./recognise-schema.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";

/** What became of a database: whose it was before, and how many migrations it had. */
export interface Migrated {
  readonly schema: FoundSchema;
  readonly migrations: number;
}

/**
 * Makes the tables of a database that is empty, or brings our own up to date; one of Glance's is left
 * as it is. Rejects with a `DatabaseFileError` or a `DatabaseServerError`.
 */
export async function migrateDatabase({ location, ...limits }: DatabaseSettings): Promise<Migrated> {
  if (location.kind === "sqlite") {
    // An SQLite file is brought up to date whenever it is opened.
    const { store, schema } = await openSqlite(location.path);
    await store.close();
    return { schema, migrations: 0 };
  }
  try {
    return await (location.kind === "mysql" ? migrateOnMysql : migrateOnPostgres)(location, limits);
  } catch (error) {
    throw cannotUse(location, error);
  }
}

async function migrateOnMysql(server: DatabaseServer, limits: PoolLimits): Promise<Migrated> {
  const kind = await askServer(server, limits);
  const { tables } = await closing(new MysqlPool(server, limits, kind), (pool) => using(pool, askColumns));
  const schema = recogniseSchema(tables, MIGRATION_TABLE);
  return { schema, migrations: schema === "glance" ? 0 : await migrateMysql(server, limits, kind.isMariaDb) };
}

async function migrateOnPostgres(server: DatabaseServer, limits: PoolLimits): Promise<Migrated> {
  const tables = await closing(new PostgresPool(server, limits), (pool) =>
    using(pool, async (session) => toTables((await session.run({ sql: COLUMNS, parameters: [] })).rows)),
  );
  const schema = recogniseSchema(tables, MIGRATION_TABLE);
  return { schema, migrations: schema === "glance" ? 0 : await migratePostgres(server, limits) };
}

async function closing<Result>(
  pool: SessionPool,
  work: (pool: SessionPool) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
