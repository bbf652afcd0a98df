import { availableParallelism } from "node:os";
import { join } from "node:path";
import { settingsOf, readSettings, type Given, type Problem, type Setting } from "./documented.ts";
import { KEYSTONE_SETTINGS, readKeystoneSettings, type KeystoneConfig } from "./keystone-settings.ts";
import { readSecret } from "./secret.ts";
import { serverSettings, type ListenAddress, type ServerValues } from "./server-settings.ts";
import { unknownNames } from "./unknown-names.ts";
import { DatabaseUrlError, parseDatabaseUrl, type DatabaseLocation } from "../store/database-url.ts";
import type { DatabaseSettings } from "../store/open-database.ts";

/** The server's settings, read once at the start. */
export interface Config {
  readonly listen: ListenAddress;
  /** The URL by which callers reach the server, without a trailing slash; `undefined`: each request names it. */
  readonly publicUrl: string | undefined;
  readonly database: DatabaseSettings;
  readonly dataDir: string;
  readonly auth: ServerValues["IMAGETAGS_AUTH"];
  /** `undefined` unless callers are known by Keystone. */
  readonly keystone: KeystoneConfig | undefined;
  readonly tokensFile: string;
  /** Whether a tokens file is made where there is none: one that is named is not. */
  readonly makesTokensFile: boolean;
  /** Rules that override the defaults; `undefined`: none do. */
  readonly policyFile: string | undefined;
  readonly tagProfile: ServerValues["IMAGETAGS_TAG_PROFILE"];
  /** Numbers, and bytes for `imageSize` and `storage`; negative: as much as callers like. */
  readonly quotas: Readonly<
    Record<"tags" | "properties" | "members" | "imageSize" | "images" | "storage", number>
  >;
  /** How long it is kept what became of tags, in milliseconds. */
  readonly eventsKeep: number;
  /** What is logged: nothing, failures, warnings too, or one line per request too. */
  readonly logLevel: ServerValues["IMAGETAGS_LOG_LEVEL"];
  /** The form of the log; `undefined`: as suits where it goes. */
  readonly logFormat: ServerValues["IMAGETAGS_LOG_FORMAT"];
  /** Addresses and networks of the proxies that are believed whom a request is from. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may ask from browsers; `*`: any. */
  readonly corsOrigins: readonly string[];
  /** Connections of callers per process; `undefined`: as many as the files that it may open allow. */
  readonly maxConnections: number | undefined;
  /** How many processes serve. */
  readonly workers: number;
}

/** Settings that are wrong; the message has one line for each, which names the variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Every setting with its default and meaning, as `--help` and the documentation list them. */
export const SETTINGS: readonly Setting[] = [...settingsOf(serverSettings), ...KEYSTONE_SETTINGS];

/** Reads the settings from the environment. Throws a {@link ConfigError} that names every mistake. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // Scripts and service files leave those empty that do not apply.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const problems = unknownNames(
    given,
    SETTINGS.map(({ name }) => name),
  );
  const problem: Problem = (sentence) => void problems.push(sentence);
  const values = readSettings(serverSettings, given, problem);
  const keystone = readKeystoneSettings(given, given["IMAGETAGS_AUTH"] === "keystone", problem);
  const database = readDatabaseUrl(given, problem);
  const config = values === undefined ? undefined : toConfig(values, database, keystone, problem);
  if (config === undefined || problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

function toConfig(
  values: ServerValues,
  database: DatabaseLocation | undefined,
  keystone: KeystoneConfig | undefined,
  problem: Problem,
): Config {
  const dataDir = values.IMAGETAGS_DATA_DIR;
  const location = database ?? { kind: "sqlite", path: join(dataDir, "imagetags.db") };
  return {
    listen: values.IMAGETAGS_LISTEN,
    publicUrl: values.IMAGETAGS_PUBLIC_URL,
    database: {
      location,
      poolSize: values.IMAGETAGS_DATABASE_POOL_SIZE,
      connectTimeout: values.IMAGETAGS_DATABASE_CONNECT_TIMEOUT * 1_000,
      statementTimeout: values.IMAGETAGS_DATABASE_STATEMENT_TIMEOUT * 1_000,
    },
    dataDir,
    auth: values.IMAGETAGS_AUTH,
    keystone,
    tokensFile: values.IMAGETAGS_TOKENS_FILE ?? join(dataDir, "tokens.yaml"),
    makesTokensFile: values.IMAGETAGS_AUTH === "static" && values.IMAGETAGS_TOKENS_FILE === undefined,
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
    eventsKeep: values.IMAGETAGS_EVENTS_KEEP,
    logLevel: values.IMAGETAGS_LOG_LEVEL,
    logFormat: values.IMAGETAGS_LOG_FORMAT,
    trustedProxies: values.IMAGETAGS_TRUSTED_PROXIES,
    corsOrigins: values.IMAGETAGS_CORS_ORIGINS,
    maxConnections: values.IMAGETAGS_MAX_CONNECTIONS,
    workers: toWorkers(values.IMAGETAGS_WORKERS, location.kind, problem),
  };
}

/** The URL is not repeated in a message: one for a database server holds a password. */
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

/** SQLite has one writer at a time, so that more processes would only wait for one another. */
function toWorkers(text: string, database: DatabaseLocation["kind"], problem: Problem): number {
  if (database !== "sqlite") return text === "auto" ? availableParallelism() : Number(text);
  if (text !== "auto" && text !== "1") {
    problem('IMAGETAGS_WORKERS must be 1 or "auto" on SQLite: several processes need a database server');
  }
  return 1;
}
