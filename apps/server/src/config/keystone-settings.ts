import { z } from "zod";
import type { KeystoneOptions } from "../identity/keystone/keystone-tokens.ts";
import { readCertificates } from "./certificates.ts";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { readCredentials } from "./keystone-credentials.ts";
import { plainUrl } from "./plain-url.ts";

/** The settings of `IMAGETAGS_AUTH=keystone`. */
export interface KeystoneConfig extends KeystoneOptions {
  /** Where callers get their tokens, as a 401 tells them. */
  readonly wwwAuthenticateUri: string;
}

const AUTH_TYPES = ["password", "v3password", "v3applicationcredential"] as const;

const text = (meaning: string, otherwise = "none") => documented(z.string().optional(), otherwise, meaning);

/** How Keystone is asked: settings of this server alone. */
const questions = z.object({
  IMAGETAGS_WWW_AUTHENTICATE_URI: documented(
    plainUrl("https://identity.example.org/v3").optional(),
    "OS_AUTH_URL",
    "keystone: the URL at which callers get their tokens, which a 401 names",
  ),
  IMAGETAGS_TOKEN_CACHE_SECONDS: documented(
    seconds(0, 86_400).default(300_000),
    "300",
    "keystone: seconds for which a token that was found valid is believed; 0 = asked about at each request",
  ),
  IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: documented(
    seconds(0.001, 300).default(3_000),
    "3",
    "keystone: seconds that connecting to it may take; then 503",
  ),
  IMAGETAGS_KEYSTONE_TIMEOUT: documented(
    seconds(0.001, 300).default(10_000),
    "10",
    "keystone: seconds that it may take to tell of a token, with all tries; then 503",
  ),
  IMAGETAGS_SERVICE_TOKEN_ROLES: documented(
    z
      .string()
      .regex(/^[^\s,]+(,[^\s,]+)*$/, "must be role names with a comma between, without spaces")
      .transform((names) => names.toLowerCase().split(","))
      .default(["service"]),
    "service",
    "keystone: the roles of which a service needs one to pass on users' expired tokens",
  ),
});

/** How the server itself logs in: named and meant as by the OpenStack clients. */
const login = z.object({
  OS_AUTH_URL: documented(
    plainUrl("https://identity.example.org/v3").optional(),
    "none",
    "keystone: its URL, with or without /v3",
  ),
  OS_AUTH_TYPE: documented(
    z.enum(AUTH_TYPES, `must be one of: ${AUTH_TYPES.join(", ")}`).optional(),
    "v3applicationcredential where there is one, else password",
    "keystone: how the server itself logs in: password, v3password or v3applicationcredential",
  ),
  OS_USERNAME: text("keystone: the user the server logs in as"),
  OS_USER_ID: text("keystone: the user's id, instead of its name"),
  OS_PASSWORD: text("keystone: the user's password"),
  OS_PASSWORD_FILE: text("keystone: a file that holds the password, instead of it"),
  OS_USER_DOMAIN_NAME: text("keystone: the domain of the user", "OS_DEFAULT_DOMAIN"),
  OS_USER_DOMAIN_ID: text("keystone: that domain's id, instead of its name", "OS_DEFAULT_DOMAIN"),
  OS_PROJECT_NAME: text("keystone: the project the server logs in to"),
  OS_PROJECT_ID: text("keystone: the project's id, instead of its name"),
  OS_PROJECT_DOMAIN_NAME: text("keystone: the domain of the project", "OS_DEFAULT_DOMAIN"),
  OS_PROJECT_DOMAIN_ID: text("keystone: that domain's id, instead of its name", "OS_DEFAULT_DOMAIN"),
  OS_DEFAULT_DOMAIN: text("keystone: the id of the domain of what is named without one", "default"),
  OS_SYSTEM_SCOPE: documented(
    z.literal("all", "must be all").optional(),
    "none",
    "keystone: all = the server logs in to the system instead of a project",
  ),
  OS_APPLICATION_CREDENTIAL_ID: text(
    "keystone: the application credential the server logs in with, instead of user and project",
  ),
  OS_APPLICATION_CREDENTIAL_SECRET: text("keystone: the application credential's secret"),
  OS_APPLICATION_CREDENTIAL_SECRET_FILE: text("keystone: a file that holds the secret, instead of it"),
  OS_CACERT: text(
    "keystone: a file of the certificates in PEM that its own is checked by",
    "the authorities that Node.js trusts",
  ),
});

/** What the settings of the server's own login say. */
export type LoginValues = z.infer<typeof login>;

/** The settings that count only with `IMAGETAGS_AUTH=keystone`, for people. */
export const KEYSTONE_SETTINGS: readonly Setting[] = [...settingsOf(questions), ...settingsOf(login)];

/**
 * Reads the settings of Keystone, or tells of what is wrong with them. Unless it is `used`, only those are
 * looked at that no other program has a use for.
 */
export function readKeystoneSettings(
  given: Given,
  used: boolean,
  problem: Problem,
): KeystoneConfig | undefined {
  const asked = readSettings(questions, given, problem);
  if (!used) return undefined;
  const values = readSettings(login, given, problem);
  if (values === undefined) return undefined;
  const authUrl = readAuthUrl(values, problem);
  const credentials = readCredentials(values, problem);
  const ca =
    values.OS_CACERT === undefined ? undefined : readCertificates("OS_CACERT", values.OS_CACERT, problem);
  if (asked === undefined || authUrl === undefined || credentials === undefined) return undefined;
  return {
    authUrl,
    credentials,
    ca,
    connectTimeout: asked.IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT,
    timeout: asked.IMAGETAGS_KEYSTONE_TIMEOUT,
    cacheLifetime: asked.IMAGETAGS_TOKEN_CACHE_SECONDS,
    serviceTokenRoles: asked.IMAGETAGS_SERVICE_TOKEN_ROLES,
    wwwAuthenticateUri: asked.IMAGETAGS_WWW_AUTHENTICATE_URI ?? authUrl,
  };
}

function readAuthUrl({ OS_AUTH_URL: url }: LoginValues, problem: Problem): string | undefined {
  if (url === undefined) problem("OS_AUTH_URL is missing: the URL of Keystone");
  else if (url.endsWith("/v2.0")) problem("OS_AUTH_URL must be of version 3, which replaced 2.0");
  return url;
}

/** Seconds as they are written, in milliseconds. */
function seconds(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,5}(\.\d{1,3})?$/, "must be a number of seconds, such as 10 or 0.5")
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be from ${least} to ${most} seconds`)
    .transform((value) => value * 1000);
}
