import type { RequestListener } from "node:http";
import { contractFor } from "@imagetags/contract";
import type { Logger } from "pino";
import type { Config } from "../config/config.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import { routeLabels } from "../metrics/route-label.ts";
import { version } from "../version.ts";

/** Puts traces around what a server does. */
interface Traces {
  readonly requests: (application: RequestListener) => RequestListener;
  readonly store: (store: ImageStore) => ImageStore;
}

/** The names of databases by OpenTelemetry's semantic conventions; those of one protocol share one. */
const SYSTEMS = { sqlite: "sqlite", mysql: "mysql", postgres: "postgresql" } as const;

/** Begins to send traces, where the settings say where to. What does that is loaded then only. */
export async function openTraces(
  { tracing: settings, database, tagProfile }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Traces | undefined> {
  if (settings === undefined) return undefined;
  const [{ openTracing }, { tracedRequests }, { tracedStore }] = await Promise.all([
    import("../tracing/open-tracing.ts"),
    import("../tracing/traced-requests.ts"),
    import("../tracing/traced-store.ts"),
  ]);
  const { tracer } = stack.use(await openTracing(settings, version(), log));
  const routeOf = routeLabels(contractFor(tagProfile));
  return {
    requests: (application) => tracedRequests(application, tracer, routeOf),
    store: (store) => tracedStore(store, SYSTEMS[database.location.kind]),
  };
}
