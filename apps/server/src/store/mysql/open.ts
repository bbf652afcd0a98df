import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import type { DatabaseServer } from "../database-url.ts";
import { explaining, opening, recogniseServer } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { askColumns, askServer } from "./inspect.ts";
import { mysqlDialect } from "./dialect.ts";
import { MysqlPool } from "./pool.ts";

/** Opens a database of MariaDB or MySQL that has its tables; none of them is altered. */
export function openMysql(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return explaining(server, async () => {
    const pool = new MysqlPool(server, limits, await askServer(server, limits));
    return await opening(pool, async (session) => {
      const { tables, columns } = await askColumns(session);
      const schema = await recogniseServer(session, tables);
      const dialect = mysqlDialect(columns);
      const database = new PooledDatabase(queries, dialect, pool, limits.statementTimeout, clock);
      return { database, schema };
    });
  });
}

const queries = compileOnly({
  createAdapter: () => new MysqlAdapter(),
  createIntrospector: (db) => new MysqlIntrospector(db),
  createQueryCompiler: () => new MysqlQueryCompiler(),
});
