import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import { mysqlDdl } from "../migrations/ddl.ts";
import { makeAlongside } from "../migrations/alongside.ts";
import { migrate, MIGRATION_TABLE, type Migrated } from "../migrations/index.ts";
import { onFirstServer } from "../pooled/failover-pool.ts";
import { withClosing, asServerError, withSession } from "../pooled/open-pooled.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { recogniseSchema } from "../sql/recognise-schema.ts";
import { askColumns, askServer } from "./inspect.ts";
import { withMigrationLease } from "./migration-lease.ts";
import { MysqlPool, poolOptions } from "./pool.ts";

/** See `migrateDatabase`. Of the time limits only that of connecting holds. */
export function migrateMysql(
  server: DatabaseServer,
  limits: PoolLimits,
  alongside: boolean,
): Promise<Migrated> {
  return asServerError(server, async () => {
    const { one, kind } = await onFirstServer(server, async (first, mustBeFit) => ({
      one: first,
      kind: await askServer(first, limits, mustBeFit),
    }));
    const pool = new MysqlPool(one, limits, kind);
    return await withClosing(pool, async () => {
      const { tables } = await withSession(pool, askColumns);
      const schema = recogniseSchema(tables, MIGRATION_TABLE);
      const ddl = mysqlDdl(kind.isMariaDb);
      if (schema === "glance") {
        const make = () => withQueries(one, limits, (db) => makeAlongside(db, ddl, tables));
        return { schema, migrations: 0, alongside: alongside ? await make() : undefined };
      }
      const work = () => withQueries(one, limits, (db) => migrate(db, ddl, { schema }));
      return { schema, migrations: await (kind.isGalera ? withMigrationLease(pool, work) : work()) };
    });
  });
}

function withQueries<Result>(
  server: DatabaseServer,
  limits: PoolLimits,
  work: (db: Kysely<unknown>) => Promise<Result>,
): Promise<Result> {
  const dialect = new MysqlDialect({ pool: createPool(poolOptions(server, limits)) });
  const db = new Kysely<unknown>({ dialect });
  return withClosing({ close: () => db.destroy() }, () => work(db));
}
