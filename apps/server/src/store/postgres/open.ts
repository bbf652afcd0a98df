import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import type { DatabaseServer } from "../database-url.ts";
import { explaining, opening, recogniseServer, toTables } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits, Session } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { postgresDialect } from "./dialect.ts";
import { PostgresPool } from "./pool.ts";

/** Opens a database of PostgreSQL that has its tables; none of them is altered. */
export function openPostgres(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return explaining(server, async () => {
    const pool = new PostgresPool(server, limits);
    return await opening(pool, async (session) => {
      const schema = await recogniseServer(session, await askTables(session));
      const { statementTimeout } = limits;
      const database = new PooledDatabase(postgresQueries, postgresDialect, pool, statementTimeout, clock);
      return { database, schema };
    });
  });
}

/** The columns of a database by their tables. */
export async function askTables(session: Session): Promise<Map<string, Set<string>>> {
  const sql = `select table_name as "table", column_name as "column"
    from information_schema.columns where table_schema = current_schema()`;
  return toTables((await session.run({ sql, parameters: [] })).rows);
}

/** Builds statements for PostgreSQL. */
export const postgresQueries = compileOnly({
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});
