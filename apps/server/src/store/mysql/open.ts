import type { DatabaseServer } from "../database-url.ts";
import { onFirstServer, openPool } from "../pooled/failover-pool.ts";
import { asServerError, withPool, recogniseServer } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { askColumns, askServer } from "./inspect.ts";
import { batchRemoval } from "./batch-removal.ts";
import { rejectUnservedCharsets } from "./charsets.ts";
import { OUTBOX_TABLE } from "../migrations/outbox-tables.ts";
import { TAG_EVENTS_TABLE } from "../migrations/tag-events-table.ts";
import { TAG_RULES_TABLE } from "../migrations/tag-rules-table.ts";
import { mysqlDialect, mysqlQueries } from "./dialect.ts";
import { MysqlPool } from "./pool.ts";

/** Opens a database of MariaDB or MySQL that has its tables, and alters none of them. */
export function openMysql(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
  wanted: readonly string[] = [],
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return asServerError(server, async () => {
    const kind = await onFirstServer(server, (one, mustBeFit) => askServer(one, limits, mustBeFit));
    const pool = openPool(server, limits, (address, its, one) => new MysqlPool(address, its, kind, one));
    return await withPool(pool, async (session) => {
      const { tables, columns } = await askColumns(session);
      const schema = await recogniseServer(session, tables);
      rejectUnservedCharsets(columns.texts);
      const dialect = mysqlDialect(columns, kind.isGalera);
      const isGlances = schema === "glance";
      const recordsEvents = tables.has(TAG_EVENTS_TABLE);
      const hasOutbox = tables.has(OUTBOX_TABLE);
      const destinations = hasOutbox ? wanted : [];
      const holdsRules = tables.has(TAG_RULES_TABLE);
      const database = new PooledDatabase({
        queries: mysqlQueries,
        dialect,
        recordsEvents,
        hasOutbox,
        destinations,
        holdsRules,
        isGlances,
        batchRemoval: batchRemoval(dialect, columns.tagIndex, {
          recordsEvents,
          destinations,
          holdsRules,
          isGlances,
        }),
        pool,
        statementTimeout: limits.statementTimeout,
        clock,
      });
      return { database, schema };
    });
  });
}
