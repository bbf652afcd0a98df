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
import { login, type LoginValues } from "./keystone-login.ts";
import { plainUrl } from "./plain-url.ts";
import { seconds } from "./seconds.ts";

/** The settings of `IMAGETAGS_AUTH=keystone`. */
export interface KeystoneConfig extends KeystoneOptions {
  /** The place where callers get their tokens, as a 401 names it. */
  readonly wwwAuthenticateUri: string;
}

/** How Keystone is asked. No other program has these settings. */
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
  IMAGETAGS_LIMITS_ENDPOINT_ID: documented(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be the id of an endpoint: letters, digits, _ and -, at most 64")
      .transform((id) => (id === "none" ? undefined : id))
      .optional(),
    "none",
    "keystone: the id of this service's endpoint there, by which the limit image_tags of each project is asked for; " +
      "where there is none, IMAGETAGS_TAG_QUOTA holds",
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

/** The settings that count only with `IMAGETAGS_AUTH=keystone`, for people. */
export const KEYSTONE_SETTINGS: readonly Setting[] = [...settingsOf(questions), ...settingsOf(login)];

/**
 * Reads the settings of Keystone, and tells their mistakes. When Keystone is not `used`, only settings that no
 * other program has are checked.
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
    limitsEndpointId: asked.IMAGETAGS_LIMITS_ENDPOINT_ID,
    serviceTokenRoles: asked.IMAGETAGS_SERVICE_TOKEN_ROLES,
    wwwAuthenticateUri: asked.IMAGETAGS_WWW_AUTHENTICATE_URI ?? authUrl,
  };
}

function readAuthUrl({ OS_AUTH_URL: url }: LoginValues, problem: Problem): string | undefined {
  if (url === undefined) problem("OS_AUTH_URL is missing: the URL of Keystone");
  else if (url.endsWith("/auth/tokens"))
    problem("OS_AUTH_URL must end with /v3 or before it: /auth/tokens is added to it");
  else if (url.endsWith("/v2.0")) problem("OS_AUTH_URL must be of version 3, which replaced 2.0");
  return url;
}
