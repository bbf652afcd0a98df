import { availableParallelism } from "node:os";
import { join } from "node:path";
import { settingsOf, readSettings, type Given, type Problem, type Setting } from "./documented.ts";
import { withGlanceConf, type WithGlanceConf } from "./glance-conf/read-glance-conf.ts";
import { namesOf, type NotifySettings } from "../notifications/destinations.ts";
import { GLANCE_SETTINGS, isGlancesOwn, readGlanceSettings } from "./glance-settings.ts";
import { KEYSTONE_SETTINGS, readKeystoneSettings, type KeystoneConfig } from "./keystone-settings.ts";
import { withHandedOver, type ListenAddress, type TcpAddress } from "./listen-address.ts";
import { NOTIFY_SETTINGS, readNotifySettings } from "./notify-settings.ts";
import { readWebhookSettings, WEBHOOK_SETTINGS } from "./webhook-settings.ts";
import { readSecret } from "./secret.ts";
import { serverSettings, type ServerValues } from "./server-settings.ts";
import { readTlsSettings, TLS_SETTINGS, type TlsConfig } from "./tls-settings.ts";
import { readTracingSettings, TRACING_SETTINGS, type TracingConfig } from "./tracing-settings.ts";
import { unknownNames } from "./unknown-names.ts";
import type { GlanceOptions } from "../front/glance-servers.ts";
import { DatabaseUrlError, parseDatabaseUrl, type DatabaseLocation } from "../store/database-url.ts";
import type { Rate } from "../token-bucket.ts";
import type { DatabaseSettings } from "../store/open-database.ts";

/** The server's settings, read once at the start. */
export interface Config {
  /** Where it listens, one place at least. */
  readonly listen: readonly ListenAddress[];
  /** Where the server's figures are to be had; `undefined`: nowhere, and nothing is measured. */
  readonly metricsListen: TcpAddress | undefined;
  /** The mode of Unix sockets that it makes. */
  readonly socketMode: number;
  /** `undefined`: connections are not encrypted. */
  readonly tls: TlsConfig | undefined;
  /** Where traces go. `undefined`: there are none. */
  readonly tracing: TracingConfig | undefined;
  /** The path under which the API is too, without a trailing slash; empty where there is none. */
  readonly basePath: string;
  /**
   * The URL by which callers reach the server, without a trailing slash. `undefined`: the one that each request
   * names.
   */
  readonly publicUrl: string | undefined;
  readonly database: DatabaseSettings;
  readonly dataDir: string;
  /** The Glance that the server stands in front of; `undefined`: it stands alone. */
  readonly glance: GlanceOptions | undefined;
  readonly auth: ServerValues["IMAGETAGS_AUTH"];
  /** `undefined` unless callers are known by Keystone. */
  readonly keystone: KeystoneConfig | undefined;
  readonly tokensFile: string;
  /** Whether a tokens file is made where there is none. One that the operator names is not made. */
  readonly makesTokensFile: boolean;
  /** A file of rules that override the defaults. `undefined`: none. */
  readonly policyFile: string | undefined;
  readonly tagProfile: ServerValues["IMAGETAGS_TAG_PROFILE"];
  /** Numbers, and bytes for `imageSize` and `storage`. A negative one is no limit. */
  readonly quotas: Readonly<
    Record<"tags" | "properties" | "members" | "imageSize" | "images" | "storage", number>
  >;
  /** How many changes callers and projects may ask for; `undefined`: any number. */
  readonly changeRates: Readonly<Record<"perCaller" | "perProject", Rate | undefined>>;
  /** Where notifications are sent to. */
  readonly notify: NotifySettings;
  /** The time that it is kept for what became of tags, in milliseconds. */
  readonly eventsKeep: number;
  /** The least that is logged: nothing, failures, warnings, or every request. */
  readonly logLevel: ServerValues["IMAGETAGS_LOG_LEVEL"];
  /** The form of the log. `undefined`: the one that suits where it goes. */
  readonly logFormat: ServerValues["IMAGETAGS_LOG_FORMAT"];
  /** The file that the log is added to. `undefined`: standard output. */
  readonly logFile: string | undefined;
  /** Whether, and how, the log tells of each change. */
  readonly audit: ServerValues["IMAGETAGS_AUDIT"];
  /** Addresses and networks of the proxies that are believed about whom a request is from. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may ask from browsers. `*` is any. */
  readonly corsOrigins: readonly string[];
  /** Which pages are served beside the API. */
  readonly pages: { readonly console: boolean; readonly docs: boolean };
  /** Connections of callers per process. `undefined`: as many as the process's limit of open files allows. */
  readonly maxConnections: number | undefined;
  /** A file that takes the server out of service while it is there. */
  readonly disableFile: string | undefined;
  /** How long the server answers on when it is told to stop, and says that it is going, in milliseconds. */
  readonly drainDelay: number;
  readonly workers: number;
  /** What was taken from Glance's files. */
  readonly fromGlance: Pick<WithGlanceConf, "origins" | "notes">;
}

/** Wrong settings. The message has a line for each, which names the variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Every setting with its default and meaning, as `--help` and the documentation list them. */
export const SETTINGS: readonly Setting[] = [
  ...settingsOf(serverSettings),
  ...TLS_SETTINGS,
  ...TRACING_SETTINGS,
  ...GLANCE_SETTINGS,
  ...KEYSTONE_SETTINGS,
  ...NOTIFY_SETTINGS,
  ...WEBHOOK_SETTINGS,
];

/** Where Glance's files have settings, by their variables, and what is wrong with those files. */
export function originsOf(env: Readonly<Record<string, string | undefined>>): {
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const { origins } = readGlanceConf(env, problems);
  return { origins, problems };
}

/** Reads the settings from the environment. Throws a {@link ConfigError} that names every mistake. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems = unknownNames(
    withValues(env),
    SETTINGS.map(({ name }) => name),
  );
  const mistakes: string[] = [];
  const { given: all, origins, notes } = readGlanceConf(env, mistakes);
  // Settings that are Glance's to say would be told of as missing.
  if (mistakes.length > 0) throw new ConfigError([...problems, ...mistakes].join("\n"));
  const problem: Problem = (sentence) => void problems.push(namedByOrigin(sentence, origins));
  const values = readSettings(serverSettings, all, problem);
  const keystone = readKeystoneSettings(all, all["IMAGETAGS_AUTH"] === "keystone", problem);
  const database = readDatabaseUrl(all, problem);
  const listen = withHandedOver(values?.IMAGETAGS_LISTEN, env, problem);
  const tls = readTlsSettings(all, problem);
  const tracing = readTracingSettings(all, problem);
  const glance = readGlanceSettings(all, listen, problem);
  const notify: NotifySettings = {
    rabbitmq: readNotifySettings(all, problem),
    webhooks: readWebhookSettings(all, problem),
  };
  const rooms = { listen, tls, tracing, database, keystone, glance, notify };
  const config = values === undefined ? undefined : toConfig(values, rooms, problem);
  if (config === undefined || problems.length > 0) throw new ConfigError(problems.join("\n"));
  return { ...config, fromGlance: { origins, notes } };
}

/** What is given. Scripts and service files leave settings empty that do not apply. */
function withValues(env: Readonly<Record<string, string | undefined>>): Given {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function readGlanceConf(
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): WithGlanceConf {
  const own = withValues(env);
  const isHeeded = (name: string): boolean =>
    own["IMAGETAGS_GLANCE_URL"] === undefined || !isGlancesOwn(name);
  return withGlanceConf(own, isHeeded, (sentence) => void problems.push(sentence));
}

/** Names a mistake in Glance's file by where it stands there. */
function namedByOrigin(sentence: string, origins: ReadonlyMap<string, string>): string {
  const [name = ""] = sentence.split(" ", 1);
  const origin = origins.get(name);
  return origin === undefined ? sentence : `${origin}${sentence.slice(name.length)}`;
}

/** What is read of settings that are several together. */
interface Rooms {
  readonly listen: readonly ListenAddress[];
  readonly tls: TlsConfig | undefined;
  readonly tracing: TracingConfig | undefined;
  readonly database: DatabaseLocation | undefined;
  readonly keystone: KeystoneConfig | undefined;
  readonly glance: GlanceOptions | undefined;
  readonly notify: NotifySettings;
}

function toConfig(
  values: ServerValues,
  { listen, tls, tracing, database, keystone, glance, notify }: Rooms,
  problem: Problem,
): Omit<Config, "fromGlance"> {
  const dataDir = values.IMAGETAGS_DATA_DIR;
  const location = database ?? { kind: "sqlite", path: join(dataDir, "imagetags.db") };
  return {
    listen,
    metricsListen: values.IMAGETAGS_METRICS_LISTEN,
    socketMode: values.IMAGETAGS_SOCKET_MODE,
    tls,
    tracing,
    basePath: values.IMAGETAGS_BASE_PATH ?? "",
    publicUrl: values.IMAGETAGS_PUBLIC_URL,
    database: {
      location,
      poolSize: values.IMAGETAGS_DATABASE_POOL_SIZE,
      connectTimeout: values.IMAGETAGS_DATABASE_CONNECT_TIMEOUT * 1_000,
      statementTimeout: values.IMAGETAGS_DATABASE_STATEMENT_TIMEOUT * 1_000,
      probeTimeout: values.IMAGETAGS_DATABASE_PROBE_TIMEOUT,
      destinations: namesOf(notify),
    },
    dataDir,
    glance,
    auth: values.IMAGETAGS_AUTH,
    keystone,
    tokensFile: values.IMAGETAGS_TOKENS_FILE ?? join(dataDir, "tokens.yaml"),
    makesTokensFile:
      values.IMAGETAGS_AUTH === "static" &&
      values.IMAGETAGS_TOKENS_FILE === undefined &&
      // In front of Glance, a token that Glance does not know is of little use.
      glance === undefined,
    policyFile: values.IMAGETAGS_POLICY_FILE,
    tagProfile: values.IMAGETAGS_TAG_PROFILE,
    quotas: {
      tags: values.IMAGETAGS_TAG_QUOTA,
      properties: values.IMAGETAGS_IMAGE_PROPERTY_QUOTA,
      members: values.IMAGETAGS_IMAGE_MEMBER_QUOTA,
      imageSize: values.IMAGETAGS_IMAGE_SIZE_CAP,
      images: values.IMAGETAGS_IMAGE_COUNT_TOTAL,
      storage: values.IMAGETAGS_USER_STORAGE_QUOTA,
    },
    changeRates: {
      perCaller: values.IMAGETAGS_CHANGES_PER_CALLER,
      perProject: values.IMAGETAGS_CHANGES_PER_PROJECT,
    },
    notify,
    eventsKeep: values.IMAGETAGS_EVENTS_KEEP,
    logLevel: values.IMAGETAGS_LOG_LEVEL,
    logFormat: values.IMAGETAGS_LOG_FORMAT,
    logFile: values.IMAGETAGS_LOG_FILE,
    audit: values.IMAGETAGS_AUDIT,
    trustedProxies: values.IMAGETAGS_TRUSTED_PROXIES,
    corsOrigins: values.IMAGETAGS_CORS_ORIGINS,
    pages: { console: values.IMAGETAGS_CONSOLE, docs: values.IMAGETAGS_DOCS },
    maxConnections: values.IMAGETAGS_MAX_CONNECTIONS,
    disableFile: values.IMAGETAGS_DISABLE_BY_FILE,
    drainDelay: values.IMAGETAGS_DRAIN_DELAY,
    workers: toWorkers(values.IMAGETAGS_WORKERS, location.kind, problem),
  };
}

/** Messages never repeat the URL: that of a database server holds a password. */
function readDatabaseUrl(given: Given, problem: Problem): DatabaseLocation | undefined {
  const secret = readSecret("IMAGETAGS_DATABASE_URL", given, problem);
  if (secret === undefined) return undefined;
  try {
    return parseDatabaseUrl(secret.value);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    problem(`${secret.from} ${error.message}`);
    return undefined;
  }
}

/** SQLite has one writer at a time: more processes would only wait for one another. */
function toWorkers(text: string, database: DatabaseLocation["kind"], problem: Problem): number {
  if (database !== "sqlite") return text === "auto" ? availableParallelism() : Number(text);
  if (text !== "auto" && text !== "1") {
    problem('IMAGETAGS_WORKERS must be 1 or "auto" on SQLite: several processes need a database server');
  }
  return 1;
}
