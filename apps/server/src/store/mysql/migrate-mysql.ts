import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import { mysqlDdl } from "../migrations/ddl.ts";
import { migrate } from "../migrations/index.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { poolOptions } from "./mysql-pool.ts";

/** Brings a database of our own up to date; no time limit but that of connecting concerns it. */
export async function migrateMysql(
  server: DatabaseServer,
  limits: PoolLimits,
  isMariaDb: boolean,
): Promise<number> {
  const db = new Kysely<unknown>({
    dialect: new MysqlDialect({ pool: createPool(poolOptions(server, limits)) }),
  });
  try {
    return await migrate(db, mysqlDdl(isMariaDb));
  } finally {
    await db.destroy();
  }
}
