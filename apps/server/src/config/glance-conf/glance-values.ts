import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { strip } from "./parse-oslo-config.ts";
import { notifyValues } from "./notify-values.ts";
import type { Found, OsloConfig } from "./oslo-config.ts";

/** Settings of this server by the names of their variables, as Glance's files have them. */
export interface GlanceValues {
  readonly values: ReadonlyMap<string, Found>;
  /** What stands in the files, concerns what this server does, and is not used. */
  readonly notes: readonly string[];
}

/** The option of Glance, by its section and its names, that each setting is taken from. */
const OPTIONS: readonly (readonly [setting: string, section: string, ...keys: string[]])[] = [
  ["IMAGETAGS_DATABASE_URL", "database", "connection"],
  ["IMAGETAGS_TAG_QUOTA", "DEFAULT", "image_tag_quota"],
  ["IMAGETAGS_IMAGE_PROPERTY_QUOTA", "DEFAULT", "image_property_quota"],
  ["IMAGETAGS_IMAGE_MEMBER_QUOTA", "DEFAULT", "image_member_quota"],
  ["IMAGETAGS_IMAGE_SIZE_CAP", "DEFAULT", "image_size_cap"],
  ["IMAGETAGS_USER_STORAGE_QUOTA", "DEFAULT", "user_storage_quota"],
  ["IMAGETAGS_WWW_AUTHENTICATE_URI", "keystone_authtoken", "www_authenticate_uri", "auth_uri"],
  ["IMAGETAGS_SERVICE_TOKEN_ROLES", "keystone_authtoken", "service_token_roles"],
  ["IMAGETAGS_TOKEN_CACHE_SECONDS", "keystone_authtoken", "token_cache_time"],
  ["OS_CACERT", "keystone_authtoken", "cafile"],
];

/** The options of the login, which may stand in a section that `auth_section` names. */
const LOGIN: readonly (readonly [setting: string, ...keys: string[]])[] = [
  ["OS_AUTH_URL", "auth_url"],
  ["OS_AUTH_TYPE", "auth_type", "auth_plugin"],
  ["OS_USERNAME", "username", "user-name", "user_name"],
  ["OS_USER_ID", "user_id", "user-id"],
  ["OS_PASSWORD", "password"],
  ["OS_USER_DOMAIN_NAME", "user_domain_name", "user-domain-name"],
  ["OS_USER_DOMAIN_ID", "user_domain_id", "user-domain-id"],
  ["OS_PROJECT_NAME", "project_name", "project-name", "tenant_name", "tenant-name"],
  ["OS_PROJECT_ID", "project_id", "project-id", "tenant_id", "tenant-id"],
  ["OS_PROJECT_DOMAIN_NAME", "project_domain_name", "project-domain-name"],
  ["OS_PROJECT_DOMAIN_ID", "project_domain_id", "project-domain-id"],
  ["OS_DEFAULT_DOMAIN", "default_domain_id", "default-domain-id"],
  ["OS_SYSTEM_SCOPE", "system_scope", "system-scope"],
  ["OS_APPLICATION_CREDENTIAL_ID", "application_credential_id", "application-credential-id"],
  ["OS_APPLICATION_CREDENTIAL_SECRET", "application_credential_secret", "application-credential-secret"],
];

/** Options that concern this server too, and why it does not heed them. */
const UNUSED: readonly (readonly [section: string, key: string, why: string])[] = [
  ["database", "slave_connection", "reads come from the database that is written to"],
  [
    "keystone_authtoken",
    "insecure",
    "Keystone's certificate is always checked; name its authority in cafile",
  ],
  ["keystone_authtoken", "memcached_servers", "each process remembers tokens by itself"],
];

/** Takes this server's settings from Glance's. `main` is the file that the others belong to. Throws an `UnknownReference`. */
export function glanceValues(config: OsloConfig, main: string): GlanceValues {
  const values = new Map<string, Found>();
  const take = (setting: string, found: Found | undefined): void => {
    if (found !== undefined && found.value !== "")
      values.set(setting, { ...found, value: adapted(setting, found.value) });
  };
  for (const [setting, section, ...keys] of OPTIONS) take(setting, config.find(section, ...keys));
  const section = config.find("keystone_authtoken", "auth_section")?.value ?? "keystone_authtoken";
  for (const [setting, ...keys] of LOGIN) take(setting, config.find(section, ...keys));
  const login = values.get("OS_AUTH_URL");
  if (login !== undefined) values.set("IMAGETAGS_AUTH", { value: "keystone", from: login.from });
  take("IMAGETAGS_POLICY_FILE", policyFile(config, main));
  for (const [setting, found] of notifyValues(config)) take(setting, found);
  const notes = UNUSED.flatMap(([of, key, why]) => {
    const found = config.find(of, key);
    return found === undefined || /^(?:|false|noop)$/i.test(found.value)
      ? []
      : `${found.from} is not used: ${why}`;
  });
  return { values, notes };
}

/** Where the two write one thing otherwise. */
function adapted(setting: string, value: string): string {
  switch (setting) {
    case "IMAGETAGS_SERVICE_TOKEN_ROLES":
      return value.split(",").map(strip).join(",");
    case "IMAGETAGS_TOKEN_CACHE_SECONDS":
      // Below zero it is switched off.
      return value.startsWith("-") ? "0" : value;
    default:
      return value;
  }
}

/** Glance's own default is `policy.yaml` beside its file, where there is one. */
function policyFile(config: OsloConfig, main: string): Found | undefined {
  const found = config.find("oslo_policy", "policy_file");
  const path = resolve(dirname(main), found?.value ?? "policy.yaml");
  if (found !== undefined) return { ...found, value: path };
  return existsSync(path)
    ? { value: path, from: `${path}, Glance's default [oslo_policy] policy_file` }
    : undefined;
}

/** The files with rules in Glance's `policy_dirs`, which override its policy file; this server reads one file alone. */
export function filesOfPolicyDirs(config: OsloConfig, main: string): string[] {
  const folders = (config.find("oslo_policy", "policy_dirs")?.value ?? "policy.d").split(/[,\n]/).map(strip);
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => resolve(dirname(main), folder))
    .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true)
    .flatMap((folder) =>
      readdirSync(folder)
        .toSorted()
        .map((name) => join(folder, name)),
    )
    .filter((path) => statSync(path).isFile() && hasRules(readFileSync(path, "utf8")));
}

/** Packages bring files in which every rule is a comment. */
function hasRules(text: string): boolean {
  return text.split("\n").some((line) => !/^\s*(?:#.*|---|\{\s*\})?\s*$/.test(line));
}
