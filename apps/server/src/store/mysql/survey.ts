import type { DatabaseServer } from "../database-url.ts";
import { Deadline } from "../pooled/deadline.ts";
import { onFirstServer } from "../pooled/failover-pool.ts";
import { asServerError, withClosing, withSession } from "../pooled/open-pooled.ts";
import type { PoolLimits } from "../pooled/session.ts";
import { runSteps } from "../pooled/transaction.ts";
import { surveyTables, type Survey } from "../survey-tables.ts";
import { mysqlQueries } from "./dialect.ts";
import { askColumns, askServer, askVersion } from "./inspect.ts";
import { MysqlPool } from "./pool.ts";

/** See `surveyDatabase`. */
export function surveyMysql(server: DatabaseServer, limits: PoolLimits): Promise<Survey> {
  return asServerError(server, () =>
    onFirstServer(server, async (one, mustBeFit) => {
      const kind = await askServer(one, limits, mustBeFit);
      const pool = new MysqlPool(one, limits, kind);
      return await withClosing(pool, () =>
        withSession(pool, async (session) => {
          const version = await askVersion(session);
          const { tables } = await askColumns(session);
          const steps = surveyTables("mysql", mysqlQueries, tables);
          const product = kind.isMariaDb ? "MariaDB" : "MySQL";
          return { product, version, ...(await runSteps(session, steps, new Deadline(Infinity))) };
        }),
      );
    }),
  );
}
