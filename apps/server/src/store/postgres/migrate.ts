import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { DatabaseServer } from "../database-url.ts";
import { postgresDdl } from "../migrations/ddl.ts";
import { makeAlongside } from "../migrations/alongside.ts";
import { migrate, MIGRATION_TABLE, type Migrated } from "../migrations/index.ts";
import { onFirstServer } from "../pooled/failover-pool.ts";
import { withClosing, asServerError, withSession } from "../pooled/open-pooled.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { recogniseSchema } from "../sql/recognise-schema.ts";
import { askTables } from "./inspect.ts";
import { poolConfig, PostgresPool } from "./pool.ts";

/** See `migrateDatabase`. Of the time limits only that of connecting holds. */
export function migratePostgres(
  server: DatabaseServer,
  limits: PoolLimits,
  alongside: boolean,
): Promise<Migrated> {
  return asServerError(server, () =>
    onFirstServer(server, async (one, mustBeFit) => {
      const pool = new PostgresPool(one, limits, { mustBeFit });
      const tables = await withClosing(pool, () => withSession(pool, askTables));
      const schema = recogniseSchema(tables, MIGRATION_TABLE);
      if (schema === "glance" && !alongside) return { schema, migrations: 0 };
      const dialect = new PostgresDialect({ pool: new pg.Pool(poolConfig(one, limits)) });
      const db = new Kysely<unknown>({ dialect });
      return await withClosing({ close: () => db.destroy() }, async () => {
        if (schema !== "glance") return { schema, migrations: await migrate(db, postgresDdl, { schema }) };
        const make = db.transaction().execute((tx) => makeAlongside(tx, postgresDdl, tables));
        return { schema, migrations: 0, alongside: await make };
      });
    }),
  );
}
