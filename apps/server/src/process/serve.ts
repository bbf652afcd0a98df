import cluster from "node:cluster";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contractFor } from "@imagetags/contract";
import type { DestinationStream, Logger } from "pino";
import { createApp, type BeyondTags } from "../http/app.ts";
import { checkGlance } from "../front/glance-check.ts";
import { glanceViews } from "../front/glance-views.ts";
import { inFrontOfGlance } from "../front/front.ts";
import { GlanceServers } from "../front/glance-servers.ts";
import { patchInFront } from "../front/patch-image.ts";
import type { ImageRecords } from "../images/image-service.ts";
import { ConfigError, type Config } from "../config/config.ts";
import { errorText } from "../error-text.ts";
import { AccessLog, type LineSink } from "../http/pipeline/access-log.ts";
import { audit } from "../http/pipeline/audit.ts";
import { callerAddress } from "../http/pipeline/caller-address.ts";
import { allowedMethods } from "../http/pipeline/allowed-methods.ts";
import { cors } from "../http/pipeline/cors.ts";
import { messageClassesOf } from "../http/express/message-classes.ts";
import { bodyDeadline } from "../http/pipeline/body-deadline.ts";
import { limitConnections } from "../http/pipeline/connection-limit.ts";
import { loadShedding } from "../http/pipeline/load-shedding.ts";
import { oneAtATime } from "../http/pipeline/one-at-a-time.ts";
import { inOriginForm } from "../http/pipeline/origin-form.ts";
import { underBasePath } from "../http/pipeline/base-path.ts";
import { answerUnparsed } from "../http/pipeline/unparsed-request.ts";
import { baseUrl } from "../http/wire/base-url.ts";
import type { TokenValidator } from "../identity/caller.ts";
import { besideApi } from "./own-pages.ts";
import { openDoors } from "./listening/open-doors.ts";
import { drainable } from "./drainable.ts";
import { defaultConnections } from "./file-limit.ts";
import { withFirstToken } from "./first-start.ts";
import { LiveTokens } from "../identity/live-tokens.ts";
import { reload } from "./reload.ts";
import { reloadables } from "./reloadables.ts";
import type { LogOutput } from "./log/log-output.ts";
import { logDestination, makeLog, pieceSize } from "./log/make-log.ts";
import { LivePolicy } from "../policy/live-policy.ts";
import { Policy } from "../policy/policy.ts";
import { openDatabase, type OpenedDatabase } from "../store/open-database.ts";
import { Room } from "../data/room.ts";
import { Readiness } from "../health/readiness.ts";
import { claimFolder, openImageData } from "../data/open-image-data.ts";
import type { MetricsReport } from "../metrics/metrics-report.ts";
import type { ServerMetrics } from "../metrics/server-metrics.ts";
import { measure } from "./measure.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { openTraces } from "./open-traces.ts";
import { startNotifications } from "./start-notifications.ts";
import { tellGlanceConf } from "./tell-glance-conf.ts";
import { warnOfGuard } from "./warn-of-guard.ts";
import type { ImageDataStore } from "../images/model/image-data-store.ts";
import { readGuard, type GuardState } from "../store/guard/guard-state.ts";
import type { FoundSchema } from "../store/sql/recognise-schema.ts";

/**
 * The times that connections may take, in milliseconds. The time between two requests is longer than the usual minute
 * of load balancers. Headers must come soon. A body may be large and take any time, as long as something moves.
 */
const CONNECTION_LIMITS = { keepAliveTimeout: 75_000, headersTimeout: 60_000, requestTimeout: 0 };
/** The time that a connection may stand still in the midst of a request, in milliseconds. */
const STANDSTILL = 300_000;

/** A server that answers. */
export interface RunningServer {
  /** Where it answers first, without a trailing slash: a URL, or `unix:PATH`. */
  readonly url: string;
  /** Everywhere it answers. */
  readonly urls: readonly string[];
  readonly schema: FoundSchema;
  /** Whether Glance is kept from undoing changes of tags; `undefined` where no guard can be. */
  readonly guard: GuardState | undefined;
  readonly log: Logger;
  /** Where this process's figures are to be had, if anywhere: a worker's are asked for by the primary. */
  readonly metricsUrl: string | undefined;
  /** What is measured, if anything is. */
  readonly metrics: ServerMetrics | undefined;
  /** The token that was made because there was no tokens file. */
  readonly firstToken: string | undefined;
  /** Reads certificate, tokens and policy anew, and opens the log file anew. The log tells of it. */
  readFilesAnew(): void;
  /** Says that it is going, and answers on for as long as the settings tell, so that nobody sends more. */
  announceEnd(): Promise<void>;
  /**
   * Takes no new connections, answers the requests under way, and closes the database. Idle connections are closed soon,
   * or where there is a `hurry` after their next request, or when that is aborted.
   */
  close(hurry?: AbortSignal): Promise<void>;
}

/** Replacements for a server's own parts. */
export interface ServeOptions {
  readonly logTo?: LineSink & DestinationStream & Partial<Pick<LogOutput, "reopen">>;
  readonly tokens?: TokenValidator;
  readonly pagesFolder?: string;
  /** Is given the last figures, when every request is answered. */
  readonly lastFigures?: (report: MetricsReport) => Promise<void>;
}

/** Opens the database, finds out how callers are known, and listens. */
export async function serve(config: Config, options: ServeOptions = {}): Promise<RunningServer> {
  const { started, firstToken } = await withFirstToken(config, () => start(config, options));
  return { ...started, firstToken };
}

async function start(config: Config, options: ServeOptions): Promise<Omit<RunningServer, "firstToken">> {
  await using stack = new AsyncDisposableStack();
  const logTo = options.logTo ?? (await logDestination(config));
  const log = makeLog(config, logTo);
  stack.defer(() => log.flush());
  const addressOf = callerAddress(config.trustedProxies);
  const accessLog = log.isLevelEnabled("info")
    ? stack.use(new AccessLog(logTo, addressOf, pieceSize(config)))
    : undefined;
  const tokens = options.tokens ?? (await tokensFor(config, log));
  stack.defer(() => tokens.close?.());
  const { store, database, schema, guard, data, isSchemaCurrent } = await openStores(config, log, stack);
  stack.use(startNotifications(config, database, log));
  const livePolicy = await policyFor(config, log, stack);
  const policy = livePolicy?.policy ?? new Policy();
  const tracing = await openTraces(config, log, stack);
  const service = {
    store: tracing?.store(store) ?? store,
    policy,
    quotas: config.quotas,
    tagLimits: tokens.limits,
  };
  const glance =
    config.glance === undefined
      ? undefined
      : stack.use(new GlanceServers(config.glance, (sentence) => log.warn(sentence)));
  const room = data === undefined ? undefined : new Room(join(config.dataDir, "images"));
  const readiness = new Readiness({
    database: { ping: () => store.ping(), isSchemaCurrent },
    identity: tokens,
    checkRoom: room === undefined ? undefined : () => room.check(1),
    disableFile: config.disableFile,
    report: (sentence) => log.warn(sentence),
  });
  const metrics = await measure(config, { database, tokens, readiness });
  if (metrics !== undefined) {
    stack.use(metrics);
    stack.defer(async () => await options.lastFigures?.(await metrics.report(false)));
  }
  const metricsUrl = metrics === undefined ? undefined : await ownListener(config, metrics, stack);
  const urls: string[] = [];
  const url = (): string =>
    urls.find((one) => one.startsWith("http")) ?? `http://localhost${config.basePath}`;
  const base = baseUrl(config.publicUrl, config.basePath);
  const authority = (): string => config.keystone?.wwwAuthenticateUri ?? config.publicUrl ?? url();
  const app = createApp({
    service,
    beyondTags: beyondTags(config, { service, data, glance }),
    besideApi: await besideApi(config, { tokens, authority, log, stack, folder: options.pagesFolder }),
    tokens,
    readiness,
    changeRates: config.changeRates,
    profile: config.tagProfile,
    authority,
    baseUrl: base,
    log,
    accessLog,
    audit: config.audit === "off" ? undefined : audit(config.audit, logTo, addressOf),
  });
  const server = createServer({ ...CONNECTION_LIMITS, ...messageClassesOf(app), requireHostHeader: false });
  server.setTimeout(STANDSTILL);
  const drain = drainable(server);
  const shed = cors(
    loadShedding(inOriginForm(app), () => store.overloaded(), accessLog),
    config.corsOrigins,
  );
  const most = config.maxConnections ?? defaultConnections(config.database.poolSize);
  const own = bodyDeadline(shed);
  const application =
    glance === undefined
      ? own
      : inFrontOfGlance(own, {
          glance,
          tagProfile: config.tagProfile,
          baseUrl: base,
          isOtherThanHost:
            config.publicUrl !== undefined || config.basePath !== "" || config.tls !== undefined,
          accessLog,
          log,
        });
  const limited = limitConnections(server, most, oneAtATime(application), accessLog);
  const timed = metrics?.timed(limited) ?? limited;
  const outermost = underBasePath(tracing?.requests(timed) ?? timed, config.basePath);
  server.on("request", outermost);
  // Here is a body that waits to be asked for. Whoever reads it asks.
  server.on("checkContinue", outermost);
  answerUnparsed(server, allowedMethods(contractFor(config.tagProfile)), accessLog);
  const doors = await openDoors(server, config);
  urls.push(...doors.urls);
  let haste: AbortSignal | undefined;
  stack.defer(() => drain(doors.all, haste));
  // The start does not wait: Keystone may come later than this server.
  void tokens.open?.();
  const started = stack.move();
  if (!cluster.isWorker) {
    tellGlanceConf(log, config);
    warnOfGuard(log, guard);
  }
  const announceEnd = async (): Promise<void> => {
    readiness.drain();
    await sleep(config.drainDelay);
  };
  const close = async (hurry?: AbortSignal): Promise<void> => {
    haste = hurry;
    await started.disposeAsync();
  };
  const parts = reloadables({ config, doors, tokens, policy: livePolicy, log: logTo });
  const readFilesAnew = (): void => reload(parts, log);
  return {
    url: urls[0] ?? url(),
    urls,
    schema,
    guard,
    log,
    metricsUrl,
    metrics,
    readFilesAnew,
    announceEnd,
    close,
  };
}

/** Serves the figures of a process that serves alone. */
async function ownListener(
  config: Config,
  metrics: ServerMetrics,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  if (cluster.isWorker) return undefined;
  const workers = { configured: 1, answering: 1 };
  const listener = await serveMetrics(config, async () => ({
    reports: [await metrics.report(true)],
    workers,
  }));
  return listener === undefined ? undefined : stack.use(listener).url;
}

/** Who answers what is not about tags. */
function beyondTags(
  { tagProfile: profile }: Config,
  {
    service,
    data,
    glance,
  }: { service: ImageRecords; data: ImageDataStore | undefined; glance: GlanceServers | undefined },
): BeyondTags {
  if (data !== undefined) return { kind: "own", data };
  if (glance === undefined) throw new Error("Nobody is there to answer for images.");
  return {
    kind: "glance",
    isThere: () => checkGlance(glance),
    show: (caller, images) => glanceViews(service, caller, images),
    patchImage: ({ images }) => patchInFront({ glance, service, profile, contract: images.update }),
  };
}

/** The rules of the policy file, where there is one. They follow it until the server is closed. */
async function policyFor(
  { policyFile }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<LivePolicy | undefined> {
  if (policyFile === undefined) return undefined;
  const live = await LivePolicy.open(policyFile, log);
  stack.defer(live.follow());
  return live;
}

async function tokensFor({ keystone, tokensFile, policyFile }: Config, log: Logger): Promise<TokenValidator> {
  if (keystone === undefined) {
    return await LiveTokens.read(tokensFile, policyFile === undefined ? "keystone" : "any", log);
  }
  // The module's HTTP client takes longer to load than all else.
  const { KeystoneTokens } = await import("../identity/keystone/keystone-tokens.ts");
  return new KeystoneTokens(keystone, log);
}

/**
 * Opens the database, and claims the image data's folder before it: broken uploads there may hold the room that
 * the database needs.
 */
async function openStores(
  { dataDir, database, glance }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<OpenedStore & { data: ImageDataStore | undefined }> {
  if (glance !== undefined) return { ...(await openStore(database, log, stack)), data: undefined };
  const folder = await usable(claimFolder(join(dataDir, "images")));
  stack.defer(() => folder.release());
  const opened = await openStore(database, log, stack);
  const data = await usable(openImageData(folder, opened.store, (problem) => log.warn(problem)));
  stack.defer(() => data.close());
  return { ...opened, data };
}

type OpenedStore = Pick<OpenedDatabase, "store" | "database" | "isSchemaCurrent"> &
  Pick<RunningServer, "schema" | "guard">;

/** Opens the database, and looks whether Glance's tables are guarded. */
async function openStore(
  settings: Config["database"],
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<OpenedStore> {
  const { store, schema, database, isSchemaCurrent } = await openDatabase(settings, undefined, (problem) =>
    log.error(problem),
  );
  stack.defer(() => store.close());
  const { kind } = settings.location;
  const opened = { store, database, schema, isSchemaCurrent };
  if (schema !== "glance" || kind === "sqlite") return { ...opened, guard: undefined };
  return { ...opened, guard: (await readGuard(database, kind)).state };
}

async function usable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new ConfigError(`IMAGETAGS_DATA_DIR cannot be used: ${errorText(error)}`);
  }
}
