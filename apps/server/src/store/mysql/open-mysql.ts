import { MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler } from "kysely";
import { compileOnly } from "../compile-only.ts";
import type { DatabaseServer } from "../database-url.ts";
import { cannotUse, recogniseServer, using } from "../pooled/open-server.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../recognise-schema.ts";
import { askColumns, askServer } from "./inspect-mysql.ts";
import { mysqlDialect } from "./mysql-dialect.ts";
import { MysqlPool } from "./mysql-pool.ts";

/** Opens a database of MariaDB or MySQL that has its tables; none of them is altered. */
export async function openMysql(
  server: DatabaseServer,
  limits: PoolLimits,
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  try {
    const kind = await askServer(server, limits);
    const pool = new MysqlPool(server, limits, kind);
    try {
      return await using(pool, async (session) => {
        const { tables, columns } = await askColumns(session);
        const schema = await recogniseServer(session, tables);
        return {
          database: new PooledDatabase(queries, mysqlDialect(columns), pool, limits.statementTimeout),
          schema,
        };
      });
    } catch (error) {
      await pool.close();
      throw error;
    }
  } catch (error) {
    throw cannotUse(server, error);
  }
}

const queries = compileOnly({
  createAdapter: () => new MysqlAdapter(),
  createIntrospector: (db) => new MysqlIntrospector(db),
  createQueryCompiler: () => new MysqlQueryCompiler(),
});
