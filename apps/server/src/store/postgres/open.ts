import type { DatabaseServer } from "../database-url.ts";
import { openPool } from "../pooled/failover-pool.ts";
import { asServerError, withPool, recogniseServer } from "../pooled/open-pooled.ts";
import { PooledDatabase } from "../pooled/pooled-database.ts";
import type { PoolLimits } from "../pooled/session.ts";
import type { FoundSchema } from "../sql/recognise-schema.ts";
import { batchRemoval } from "./batch-removal.ts";
import { OUTBOX_TABLE } from "../migrations/outbox-tables.ts";
import { TAG_EVENTS_TABLE } from "../migrations/tag-events-table.ts";
import { TAG_RULES_TABLE } from "../migrations/tag-rules-table.ts";
import { postgresDialect, postgresQueries } from "./dialect.ts";
import { askEncoding, asksForStandbys, askTables } from "./inspect.ts";
import { PostgresPool } from "./pool.ts";

/** Opens a database of PostgreSQL that has its tables, and alters none of them. */
export function openPostgres(
  server: DatabaseServer,
  limits: PoolLimits,
  clock?: () => Date,
  wanted: readonly string[] = [],
): Promise<{ database: PooledDatabase; schema: FoundSchema }> {
  return asServerError(server, async () => {
    const pool = openPool(server, limits, (address, its, one) => new PostgresPool(address, its, one));
    return await withPool(pool, async (session) => {
      const tables = await askTables(session);
      const schema = await recogniseServer(session, tables);
      const isGlances = schema === "glance";
      const recordsEvents = tables.has(TAG_EVENTS_TABLE);
      const hasOutbox = tables.has(OUTBOX_TABLE);
      const destinations = hasOutbox ? wanted : [];
      const holdsRules = tables.has(TAG_RULES_TABLE);
      const database = new PooledDatabase({
        queries: postgresQueries,
        dialect: postgresDialect(await askEncoding(session), await asksForStandbys(session)),
        recordsEvents,
        hasOutbox,
        destinations,
        holdsRules,
        isGlances,
        batchRemoval: batchRemoval({ recordsEvents, destinations, holdsRules, isGlances }),
        pool,
        statementTimeout: limits.statementTimeout,
        clock,
      });
      return { database, schema };
    });
  });
}
