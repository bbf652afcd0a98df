import { availableParallelism } from "node:os";
import { join } from "node:path";
import { TAG_PROFILES, type TagProfile } from "@imagetags/contract";
import { z } from "zod";
import { KEYSTONE_SETTINGS, readKeystoneSettings, type KeystoneConfig } from "./keystone-settings.ts";
import { plainUrl } from "./plain-url.ts";
import { DatabaseUrlError, parseDatabaseUrl, type DatabaseLocation } from "../store/database-url.ts";
import type { DatabaseSettings } from "../store/open-database.ts";

/** An address to listen on; port 0 lets the system choose one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** The server's settings, read once at the start. */
export interface Config {
  readonly listen: ListenAddress;
  /** The URL by which callers reach the server, without a trailing slash; `undefined`: each request names it. */
  readonly publicUrl: string | undefined;
  readonly database: DatabaseSettings;
  readonly dataDir: string;
  readonly auth: (typeof AUTH)[number];
  /** `undefined` unless callers are known by Keystone. */
  readonly keystone: KeystoneConfig | undefined;
  readonly tokensFile: string;
  /** Rules that override the defaults; `undefined`: none do. */
  readonly policyFile: string | undefined;
  readonly tagProfile: TagProfile;
  /** Different tags per image; negative: any number. */
  readonly tagQuota: number;
  readonly logLevel: LogLevel;
  /** How many processes serve. */
  readonly workers: number;
}

const AUTH = ["static", "keystone"] as const;

const LOG_LEVELS = ["silent", "error", "warn", "info"] as const;

/** What is logged: nothing, failures, warnings too, or one line per request too. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings that are wrong; the message has one line for each, which names the variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`);
}

const filled = z.string().min(1, "must not be empty");

const settings = {
  IMAGETAGS_LISTEN: {
    default: "127.0.0.1:9292",
    meaning: "address and port",
    schema: z.string().transform(toListenAddress),
  },
  IMAGETAGS_PUBLIC_URL: {
    default: "http:// and the Host header of each request",
    meaning: "the URL by which callers reach the server, for the links in its replies",
    schema: plainUrl("https://images.example.org").optional(),
  },
  IMAGETAGS_DATABASE_URL: {
    default: "sqlite:imagetags.db under the data directory",
    meaning: "sqlite:PATH, mysql://... or postgres://...; a database that Glance made is used as it is",
    schema: z.string().transform(toDatabaseLocation).optional(),
  },
  IMAGETAGS_DATABASE_POOL_SIZE: {
    default: "10",
    meaning: "connections to a database server that one process has open at most",
    schema: wholeNumber(1, 10_000).default(10),
  },
  IMAGETAGS_DATABASE_CONNECT_TIMEOUT: {
    default: "5",
    meaning: "seconds that connecting to it may take, and waiting for one of the connections; then 503",
    schema: wholeNumber(1, 3_600).default(5),
  },
  IMAGETAGS_DATABASE_STATEMENT_TIMEOUT: {
    default: "10",
    meaning: "seconds that a statement may take there; then 503",
    schema: wholeNumber(1, 3_600).default(10),
  },
  IMAGETAGS_DATA_DIR: {
    default: "./data",
    meaning: "where the embedded database, the first token and image data live",
    schema: filled.default("./data"),
  },
  IMAGETAGS_AUTH: {
    default: "static",
    meaning: "how callers are known: static (by the tokens file) or keystone",
    schema: z.enum(AUTH, `must be one of: ${AUTH.join(", ")}`).default("static"),
  },
  IMAGETAGS_TOKENS_FILE: {
    default: "tokens.yaml in the data directory",
    meaning: "static tokens; made with one random token when there is none",
    schema: filled.optional(),
  },
  IMAGETAGS_POLICY_FILE: {
    default: "Glance's defaults alone",
    meaning: "a policy.yaml whose rules override the defaults; read anew when it changes",
    schema: filled.optional(),
  },
  IMAGETAGS_TAG_PROFILE: {
    default: "glance",
    meaning: "which tags there may be: glance (any text) or ims (letters, digits, _ and -)",
    schema: z.enum(TAG_PROFILES, `must be one of: ${TAG_PROFILES.join(", ")}`).default("glance"),
  },
  IMAGETAGS_TAG_QUOTA: {
    default: "128",
    meaning: "tags per image, negative = unlimited",
    schema: z
      .string()
      .regex(/^-?\d{1,9}$/, "must be a whole number of at most nine digits")
      .transform(Number)
      .default(128),
  },
  IMAGETAGS_LOG_LEVEL: {
    default: "info",
    meaning: "silent, error, warn, or info (one line per request)",
    schema: z.enum(LOG_LEVELS, `must be one of: ${LOG_LEVELS.join(", ")}`).default("info"),
  },
  IMAGETAGS_WORKERS: {
    default: "1",
    meaning: "processes that serve; auto = one for each CPU. On SQLite it is one",
    schema: z
      .string()
      .regex(/^(?:auto|[1-9]\d?)$/, 'must be a number from 1 to 99, or "auto"')
      .default("1"),
  },
} as const;

/** Every setting with its default and meaning, as `--help` and the documentation list them. */
export const SETTINGS: readonly { name: string; default: string; meaning: string }[] = [
  ...Object.entries(settings).map(([name, { default: value, meaning }]) => ({
    name,
    default: value,
    meaning,
  })),
  ...KEYSTONE_SETTINGS,
];

/** Reads the settings from the environment. Throws a {@link ConfigError} that names every mistake. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems = unknownNames(env);
  const parsed = z
    .object({
      IMAGETAGS_LISTEN: settings.IMAGETAGS_LISTEN.schema.default({ host: "127.0.0.1", port: 9292 }),
      IMAGETAGS_PUBLIC_URL: settings.IMAGETAGS_PUBLIC_URL.schema,
      IMAGETAGS_DATABASE_URL: settings.IMAGETAGS_DATABASE_URL.schema,
      IMAGETAGS_DATABASE_POOL_SIZE: settings.IMAGETAGS_DATABASE_POOL_SIZE.schema,
      IMAGETAGS_DATABASE_CONNECT_TIMEOUT: settings.IMAGETAGS_DATABASE_CONNECT_TIMEOUT.schema,
      IMAGETAGS_DATABASE_STATEMENT_TIMEOUT: settings.IMAGETAGS_DATABASE_STATEMENT_TIMEOUT.schema,
      IMAGETAGS_DATA_DIR: settings.IMAGETAGS_DATA_DIR.schema,
      IMAGETAGS_AUTH: settings.IMAGETAGS_AUTH.schema,
      IMAGETAGS_TOKENS_FILE: settings.IMAGETAGS_TOKENS_FILE.schema,
      IMAGETAGS_POLICY_FILE: settings.IMAGETAGS_POLICY_FILE.schema,
      IMAGETAGS_TAG_PROFILE: settings.IMAGETAGS_TAG_PROFILE.schema,
      IMAGETAGS_TAG_QUOTA: settings.IMAGETAGS_TAG_QUOTA.schema,
      IMAGETAGS_LOG_LEVEL: settings.IMAGETAGS_LOG_LEVEL.schema,
      IMAGETAGS_WORKERS: settings.IMAGETAGS_WORKERS.schema,
    })
    .safeParse(env);
  if (!parsed.success) {
    problems.push(...parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`));
  }
  const keystone =
    env["IMAGETAGS_AUTH"] === "keystone"
      ? readKeystoneSettings(env, (sentence) => problems.push(sentence))
      : undefined;
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems.join("\n"));

  const values = parsed.data;
  const dataDir = values.IMAGETAGS_DATA_DIR;
  const location = values.IMAGETAGS_DATABASE_URL ?? {
    kind: "sqlite" as const,
    path: join(dataDir, "imagetags.db"),
  };
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
    policyFile: values.IMAGETAGS_POLICY_FILE,
    tagProfile: values.IMAGETAGS_TAG_PROFILE,
    tagQuota: values.IMAGETAGS_TAG_QUOTA,
    logLevel: values.IMAGETAGS_LOG_LEVEL,
    workers: toWorkers(values.IMAGETAGS_WORKERS, location.kind),
  };
}

/** SQLite has one writer at a time, so that more processes would only wait for one another. */
function toWorkers(text: string, database: DatabaseLocation["kind"]): number {
  if (database !== "sqlite") return text === "auto" ? availableParallelism() : Number(text);
  if (text === "auto" || text === "1") return 1;
  throw new ConfigError(
    `IMAGETAGS_WORKERS must be 1 or "auto" on SQLite: several processes need a database server`,
  );
}

/** A misspelt setting must not pass for an absent one. */
function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("IMAGETAGS_") && !SETTINGS.some((setting) => setting.name === name))
    .map((name) => `${name} is not a setting of this server`);
}

function toListenAddress(text: string, context: z.RefinementCtx<string>): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  context.addIssue(`must be ADDRESS:PORT, such as 127.0.0.1:9292 or [::1]:9292`);
  return z.NEVER;
}

/** The URL is not repeated in the message: one for a database server holds a password. */
function toDatabaseLocation(text: string, context: z.RefinementCtx<string>): DatabaseLocation {
  try {
    return parseDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    context.addIssue(error.message);
    return z.NEVER;
  }
}
