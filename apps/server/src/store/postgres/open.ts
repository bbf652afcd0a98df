import type { DatabaseServer } from "../database-url.ts";
import { openPool } from "../pooled/failover-pool.ts";
import { asServerError, withPool, recogniseServer } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { batchRemoval } from "./batch-removal.ts";
import { TAG_EVENTS_TABLE } from "../migrations/tag-events-table.ts";
import { postgresDialect, postgresQueries } from "./dialect.ts";
import { askEncoding, askTables } from "./inspect.ts";
import { PostgresPool } from "./pool.ts";

/** Opens a database of PostgreSQL that has its tables; none of them is altered. */
export function openPostgres(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return asServerError(server, async () => {
    const pool = openPool(server, limits, (one, its, mustBeFit) => new PostgresPool(one, its, mustBeFit));
    return await withPool(pool, async (session) => {
      const tables = await askTables(session);
      const schema = await recogniseServer(session, tables);
      const recordsEvents = tables.has(TAG_EVENTS_TABLE);
      const database = new PooledDatabase({
        queries: postgresQueries,
        dialect: postgresDialect(await askEncoding(session)),
        recordsEvents,
        batchRemoval: batchRemoval(recordsEvents),
        pool,
        patience: limits.statementTimeout,
        clock,
      });
      return { database, schema };
    });
  });
}
