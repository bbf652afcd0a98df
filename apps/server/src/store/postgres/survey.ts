import type { DatabaseServer } from "../database-url.ts";
import { Deadline } from "../pooled/deadline.ts";
import { onFirstServer } from "../pooled/failover-pool.ts";
import { asServerError, withClosing, withSession } from "../pooled/open-pooled.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { runSteps } from "../pooled/transaction.ts";
import { surveyTables, type Survey } from "../survey-tables.ts";
import { postgresQueries } from "./dialect.ts";
import { askTables, askVersion } from "./inspect.ts";
import { PostgresPool } from "./pool.ts";

/** See `surveyDatabase`. */
export function surveyPostgres(server: DatabaseServer, limits: PoolLimits): Promise<Survey> {
  return asServerError(server, () =>
    onFirstServer(server, async (one, mustBeFit) => {
      const pool = new PostgresPool(one, limits, { mustBeFit });
      return await withClosing(pool, () =>
        withSession(pool, async (session) => {
          const version = await askVersion(session);
          const steps = surveyTables("postgres", postgresQueries, await askTables(session));
          return {
            product: "PostgreSQL",
            version,
            ...(await runSteps(session, steps, new Deadline(Infinity))),
          };
        }),
      );
    }),
  );
}
