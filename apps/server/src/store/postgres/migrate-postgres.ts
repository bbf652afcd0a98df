import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { DatabaseServer } from "../database-url.ts";
import { postgresDdl } from "../migrations/ddl.ts";
import { migrate } from "../migrations/index.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { poolConfig } from "./postgres-pool.ts";

/** Brings a database of our own up to date; no time limit but that of connecting concerns it. */
export async function migratePostgres(server: DatabaseServer, limits: PoolLimits): Promise<number> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new pg.Pool(poolConfig(server, limits)) }),
  });
  try {
    return await migrate(db, postgresDdl);
  } finally {
    await db.destroy();
  }
}
