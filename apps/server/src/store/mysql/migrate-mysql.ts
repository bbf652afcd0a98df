import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import type { DatabaseServer } from "../database-url.ts";
import { mysqlDdl } from "../migrations/ddl.ts";
import { migrate, MIGRATION_TABLE, type Migrated } from "../migrations/index.ts";
import { cannotUse, using } from "../pooled/open-server.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { recogniseSchema } from "../recognise-schema.ts";
import { askColumns, askServer } from "./inspect-mysql.ts";
import { MysqlPool, poolOptions } from "./mysql-pool.ts";

/** See `migrateDatabase`. No time limit but that of connecting concerns it. */
export async function migrateMysql(server: DatabaseServer, limits: PoolLimits): Promise<Migrated> {
  try {
    const kind = await askServer(server, limits);
    const pool = new MysqlPool(server, limits, kind);
    const { tables } = await using(pool, askColumns).finally(() => pool.close());
    const schema = recogniseSchema(tables, MIGRATION_TABLE);
    if (schema === "glance") return { schema, migrations: 0 };
    const dialect = new MysqlDialect({ pool: createPool(poolOptions(server, limits)) });
    const db = new Kysely<unknown>({ dialect });
    return { schema, migrations: await migrate(db, mysqlDdl(kind.isMariaDb)).finally(() => db.destroy()) };
  } catch (error) {
    throw cannotUse(server, error);
  }
}
