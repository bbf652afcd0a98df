import cluster from "node:cluster";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { contractFor } from "@imagetags/contract";
import type { DestinationStream, Logger } from "pino";
import { createApp } from "../http/app.ts";
import { ConfigError, type Config } from "../config/config.ts";
import type { ListenAddress } from "../config/server-settings.ts";
import { errorText } from "../error-text.ts";
import { AccessLog, type LineSink } from "../http/pipeline/access-log.ts";
import { callerAddress } from "../http/pipeline/caller-address.ts";
import { allowedMethods } from "../http/pipeline/allowed-methods.ts";
import { cors } from "../http/pipeline/cors.ts";
import { messageClassesOf } from "../http/express/message-classes.ts";
import { bodyDeadline } from "../http/pipeline/body-deadline.ts";
import { limitConnections } from "../http/pipeline/connection-limit.ts";
import { loadShedding } from "../http/pipeline/load-shedding.ts";
import { oneAtATime } from "../http/pipeline/one-at-a-time.ts";
import { inOriginForm } from "../http/pipeline/origin-form.ts";
import { answerUnparsed } from "../http/pipeline/unparsed-request.ts";
import type { TokenValidator } from "../identity/caller.ts";
import { drainable } from "./drainable.ts";
import { defaultConnections } from "./file-limit.ts";
import { withFirstToken } from "./first-start.ts";
import { LiveTokens } from "../identity/live-tokens.ts";
import { logDestination, makeLog } from "./make-log.ts";
import { LivePolicy } from "../policy/live-policy.ts";
import { Policy } from "../policy/policy.ts";
import { openDatabase, type OpenedDatabase } from "../store/open-database.ts";
import { claimFolder, openImageData } from "../data/open-image-data.ts";
import { warnOfGuard } from "./warn-of-guard.ts";
import type { ImageDataStore } from "../images/model/image-data-store.ts";
import { readGuard, type GuardState } from "../store/guard/guard-state.ts";
import type { FoundSchema } from "../store/sql/recognise-schema.ts";

/**
 * How long connections may take, in milliseconds. Between two requests: longer than the load balancers'
 * usual minute. A request's headers must come soon, but its body may be large and take any time, as long
 * as something moves.
 */
const CONNECTION_LIMITS = { keepAliveTimeout: 75_000, headersTimeout: 60_000, requestTimeout: 0 };
/** How long a connection may stand still in the middle of a request, in milliseconds. */
const STANDSTILL = 300_000;

/** A server that answers. */
export interface RunningServer {
  /** Where it answers, without a trailing slash. */
  readonly url: string;
  readonly schema: FoundSchema;
  /** Whether Glance is kept from undoing changes of tags; `undefined` where no guard can be. */
  readonly guard: GuardState | undefined;
  /** The token that was made because there was no tokens file. */
  readonly firstToken: string | undefined;
  /** Takes no new connections, answers the requests under way, and closes the database. */
  close(): Promise<void>;
}

/** What a server may be given instead of its own. */
export interface ServeOptions {
  /** Where the log goes. */
  readonly logTo?: LineSink & DestinationStream;
  readonly tokens?: TokenValidator;
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
  const accessLog = log.isLevelEnabled("info")
    ? stack.use(new AccessLog(logTo, callerAddress(config.trustedProxies)))
    : undefined;
  const tokens = options.tokens ?? (await tokensFor(config, log));
  stack.defer(() => tokens.close?.());
  const { store, schema, guard, data } = await openStores(config, log, stack);
  const policy = await policyFor(config, log, stack);
  const url = (): string => urlOf(server);
  const app = createApp({
    service: { store, data, policy, quotas: config.quotas },
    tokens,
    profile: config.tagProfile,
    authority: () => config.keystone?.wwwAuthenticateUri ?? config.publicUrl ?? url(),
    publicUrl: config.publicUrl,
    log,
    accessLog,
  });
  const server = createServer({ ...CONNECTION_LIMITS, ...messageClassesOf(app), requireHostHeader: false });
  server.setTimeout(STANDSTILL);
  const drain = drainable(server);
  const shed = cors(
    loadShedding(inOriginForm(app), () => store.overloaded(), accessLog),
    config.corsOrigins,
  );
  const most = config.maxConnections ?? defaultConnections(config.database.poolSize);
  const listener = limitConnections(server, most, oneAtATime(bodyDeadline(shed)), accessLog);
  server.on("request", listener);
  // A body that was not asked for yet: whoever reads it asks.
  server.on("checkContinue", listener);
  answerUnparsed(server, allowedMethods(contractFor(config.tagProfile)), accessLog);
  await listen(server, config.listen);
  stack.defer(drain);
  // Not waited for: Keystone may come later than this server.
  void tokens.open?.();
  const started = stack.move();
  if (!cluster.isWorker) warnOfGuard(log, guard);
  return { url: url(), schema, guard, close: () => started.disposeAsync() };
}

/** The rules that are in force, which follow their file until the server is closed. */
async function policyFor({ policyFile }: Config, log: Logger, stack: AsyncDisposableStack): Promise<Policy> {
  if (policyFile === undefined) return new Policy();
  const live = await LivePolicy.open(policyFile, log);
  stack.defer(live.follow());
  return live.policy;
}

async function tokensFor({ keystone, tokensFile, policyFile }: Config, log: Logger): Promise<TokenValidator> {
  if (keystone === undefined) {
    return await LiveTokens.read(tokensFile, policyFile === undefined ? "keystone" : "any", log);
  }
  // Its HTTP client takes longer to load than all else, and nobody else needs it.
  const { KeystoneTokens } = await import("../identity/keystone/keystone-tokens.ts");
  return new KeystoneTokens(keystone, log);
}

/** Opens the image data's folder, which may have to be cleared for it, and the database. */
async function openStores(
  { dataDir, database }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<
  Pick<RunningServer, "schema" | "guard"> & { store: OpenedDatabase["store"]; data: ImageDataStore }
> {
  const folder = await usable(claimFolder(join(dataDir, "images")));
  stack.defer(() => folder.use.release());
  const opened = await openDatabase(database, undefined, (problem) => log.error(problem));
  const { store, schema } = opened;
  stack.defer(() => store.close());
  const { kind } = database.location;
  const guard =
    schema === "glance" && kind !== "sqlite" ? (await readGuard(opened.database, kind)).state : undefined;
  const data = await usable(openImageData(folder, store, (problem) => log.warn(problem)));
  stack.defer(() => data.close());
  return { store, schema, guard, data };
}

async function usable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new ConfigError(`IMAGETAGS_DATA_DIR cannot be used: ${errorText(error)}`);
  }
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** The URL by which this machine reaches the server. */
function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen.");
  const everywhere = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[address.address];
  const host = everywhere ?? (address.family === "IPv6" ? `[${address.address}]` : address.address);
  return `http://${host}:${address.port}`;
}
