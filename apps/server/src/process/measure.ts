import { contractFor } from "@imagetags/contract";
import type { Config } from "../config/config.ts";
import type { TokenValidator } from "../identity/caller.ts";
import type { Readiness } from "../health/readiness.ts";
import type { ServerMetrics } from "../metrics/server-metrics.ts";
import { namesOf } from "../notifications/destinations.ts";
import { SqlOutbox } from "../store/outbox/sql-outbox.ts";
import type { SqlDatabase } from "../store/sql/sql-database.ts";
import { version } from "../version.ts";

/** The time that the database has to tell how much waits to be sent, in milliseconds. */
const PATIENCE = 2_000;

/** What of a server is measured. */
interface Measured {
  readonly database: SqlDatabase;
  readonly tokens: TokenValidator;
  readonly readiness: Readiness;
}

/** Begins to measure this process, where the settings want figures. What it takes is loaded only then. */
export async function measure(
  config: Config,
  { database, tokens, readiness }: Measured,
): Promise<ServerMetrics | undefined> {
  if (config.metricsListen === undefined) return undefined;
  const { ServerMetrics: Metrics } = await import("../metrics/server-metrics.ts");
  const known = tokens.figures?.();
  return new Metrics({
    version: version(),
    contract: contractFor(config.tagProfile),
    isReady: () =>
      readiness.check().then(
        () => true,
        () => false,
      ),
    database: () => database.figures(),
    poolSize: config.database.location.kind === "sqlite" ? undefined : config.database.poolSize,
    tokens: known === undefined ? undefined : () => tokens.figures?.() ?? known,
    isInFrontOfGlance: config.glance !== undefined,
    notifications: notificationsOf(config, database),
  });
}

function notificationsOf({ notify }: Config, database: SqlDatabase) {
  const destinations = namesOf(notify);
  if (destinations.length === 0 || !database.hasOutbox) return undefined;
  const outbox = new SqlOutbox(database);
  return {
    destinations,
    async backlog() {
      const late = new Promise<never[]>((resolve) => void setTimeout(resolve, PATIENCE, []).unref());
      const found = outbox.backlog(destinations).catch(() => []);
      return (await Promise.race([found, late])).map(({ destination, waiting, oldest }) => ({
        destination,
        waiting,
        // Of another server's clock.
        oldestAge: oldest === null ? 0 : Math.max(0, Date.now() - oldest / 1_000),
      }));
    },
  };
}
