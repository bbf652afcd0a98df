import { z } from "zod";
import type { KeystoneOptions } from "../identity/keystone/keystone-tokens.ts";
import { readCertificates } from "./certificates.ts";
import { readCredentials } from "./keystone-credentials.ts";
import { plainUrl } from "./plain-url.ts";

/** The settings of `IMAGETAGS_AUTH=keystone`. */
export interface KeystoneConfig extends KeystoneOptions {
  /** Where callers get their tokens, as a 401 tells them. */
  readonly wwwAuthenticateUri: string;
}

/** Is told of each mistake in a sentence that begins with the variable. */
export type Problem = (sentence: string) => void;

const AUTH_TYPES = ["password", "v3password", "v3applicationcredential"] as const;

const documented = z.registry<{ default: string; meaning: string }>();

const text = (meaning: string, otherwise = "none") =>
  z.string().optional().register(documented, { default: otherwise, meaning });

/** Those that begin with `OS_` are named and meant as by the OpenStack clients. */
const settings = z.object({
  IMAGETAGS_WWW_AUTHENTICATE_URI: plainUrl("https://identity.example.org/v3")
    .optional()
    .register(documented, {
      default: "OS_AUTH_URL",
      meaning: "keystone: the URL at which callers get their tokens, which a 401 names",
    }),
  IMAGETAGS_TOKEN_CACHE_SECONDS: seconds(0, 86_400).default(300_000).register(documented, {
    default: "300",
    meaning:
      "keystone: seconds for which a token that was found valid is believed; 0 = asked about at each request",
  }),
  IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: seconds(0.001, 300).default(3_000).register(documented, {
    default: "3",
    meaning: "keystone: seconds that connecting to it may take; then 503",
  }),
  IMAGETAGS_KEYSTONE_TIMEOUT: seconds(0.001, 300).default(10_000).register(documented, {
    default: "10",
    meaning: "keystone: seconds that it may take to tell of a token, with all tries; then 503",
  }),
  IMAGETAGS_SERVICE_TOKEN_ROLES: z
    .string()
    .regex(/^[^\s,]+(,[^\s,]+)*$/, "must be role names with a comma between, without spaces")
    .transform((names) => names.toLowerCase().split(","))
    .default(["service"])
    .register(documented, {
      default: "service",
      meaning: "keystone: the roles of which a service needs one to pass on users' expired tokens",
    }),
  OS_AUTH_URL: plainUrl("https://identity.example.org/v3").optional().register(documented, {
    default: "none",
    meaning: "keystone: its URL, with or without /v3",
  }),
  OS_AUTH_TYPE: z
    .enum(AUTH_TYPES, `must be one of: ${AUTH_TYPES.join(", ")}`)
    .optional()
    .register(documented, {
      default: "v3applicationcredential where there is one, else password",
      meaning: "keystone: how the server itself logs in: password, v3password or v3applicationcredential",
    }),
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
  OS_SYSTEM_SCOPE: z.literal("all", "must be all").optional().register(documented, {
    default: "none",
    meaning: "keystone: all = the server logs in to the system instead of a project",
  }),
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

/** What the settings of Keystone say. */
export type KeystoneValues = z.infer<typeof settings>;

/** The settings that count only with `IMAGETAGS_AUTH=keystone`, for people. */
export const KEYSTONE_SETTINGS: readonly { name: string; default: string; meaning: string }[] =
  Object.entries(settings.shape).map(([name, schema]) => ({
    name,
    default: "none",
    meaning: "",
    ...documented.get(schema),
  }));

/** Reads the settings of Keystone, or tells of what is wrong with them. */
export function readKeystoneSettings(
  env: Readonly<Record<string, string | undefined>>,
  problem: Problem,
): KeystoneConfig | undefined {
  // Scripts that set these variables leave those empty that do not apply.
  const given = Object.entries(env).filter(([name, value]) => !name.startsWith("OS_") || value !== "");
  const parsed = settings.safeParse(Object.fromEntries(given));
  for (const issue of parsed.error?.issues ?? []) problem(`${issue.path.join(".")} ${issue.message}`);
  if (!parsed.success) return undefined;
  const values = parsed.data;
  const authUrl = readAuthUrl(values, problem);
  const credentials = readCredentials(values, problem);
  const ca =
    values.OS_CACERT === undefined ? undefined : readCertificates("OS_CACERT", values.OS_CACERT, problem);
  if (authUrl === undefined || credentials === undefined) return undefined;
  return {
    authUrl,
    credentials,
    ca,
    connectTimeout: values.IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT,
    timeout: values.IMAGETAGS_KEYSTONE_TIMEOUT,
    cacheLifetime: values.IMAGETAGS_TOKEN_CACHE_SECONDS,
    serviceTokenRoles: values.IMAGETAGS_SERVICE_TOKEN_ROLES,
    wwwAuthenticateUri: values.IMAGETAGS_WWW_AUTHENTICATE_URI ?? authUrl,
  };
}

function readAuthUrl({ OS_AUTH_URL: url }: KeystoneValues, problem: Problem): string | undefined {
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
