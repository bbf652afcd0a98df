import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import { mysqlDdl } from "../migrations/ddl.ts";
import { migrate, MIGRATION_TABLE, type Migrated } from "../migrations/index.ts";
import { onFirstServer } from "../pooled/failover-pool.ts";
import { withClosing, asServerError, withSession } from "../pooled/open-pooled.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { recogniseSchema } from "../sql/recognise-schema.ts";
import { askColumns, askServer } from "./inspect.ts";
import { withMigrationLease } from "./migration-lease.ts";
import { MysqlPool, poolOptions, type MysqlServer } from "./pool.ts";

/** See `migrateDatabase`. Of the time limits only that of connecting holds. */
export function migrateMysql(server: DatabaseServer, limits: PoolLimits): Promise<Migrated> {
  return asServerError(server, async () => {
    const { one, kind } = await onFirstServer(server, async (first, mustBeFit) => ({
      one: first,
      kind: await askServer(first, limits, mustBeFit),
    }));
    const pool = new MysqlPool(one, limits, kind);
    return await withClosing(pool, async () => {
      const { tables } = await withSession(pool, askColumns);
      const schema = recogniseSchema(tables, MIGRATION_TABLE);
      if (schema === "glance") return { schema, migrations: 0 };
      const work = () => migrateOurs(one, limits, kind);
      return { schema, migrations: await (kind.isGalera ? withMigrationLease(pool, work) : work()) };
    });
  });
}

function migrateOurs(server: DatabaseServer, limits: PoolLimits, kind: MysqlServer): Promise<number> {
  const dialect = new MysqlDialect({ pool: createPool(poolOptions(server, limits)) });
  const db = new Kysely<unknown>({ dialect });
  return withClosing({ close: () => db.destroy() }, () => migrate(db, mysqlDdl(kind.isMariaDb)));
}
