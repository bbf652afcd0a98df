import type { DatabaseServer } from "../database-url.ts";
import { asServerError, withPool, recogniseServer } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { askColumns, askServer } from "./inspect.ts";
import { batchRemoval } from "./batch-removal.ts";
import { mysqlDialect, mysqlQueries } from "./dialect.ts";
import { MysqlPool } from "./pool.ts";

/** Opens a database of MariaDB or MySQL that has its tables; none of them is altered. */
export function openMysql(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return asServerError(server, async () => {
    const kind = await askServer(server, limits);
    const pool = new MysqlPool(server, limits, kind);
    return await withPool(pool, async (session) => {
      const { tables, columns } = await askColumns(session);
      const schema = await recogniseServer(session, tables);
      const dialect = mysqlDialect(columns, kind.isGalera);
      const database = new PooledDatabase({
        queries: mysqlQueries,
        dialect,
        batchRemoval: batchRemoval(dialect, columns.tagIndex),
        pool,
        patience: limits.statementTimeout,
        clock,
      });
      return { database, schema };
    });
  });
}
