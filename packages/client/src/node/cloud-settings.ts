import { withNamedSettings } from "./expand.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";
import { findCloud, vendorProfile, type Place } from "./find-cloud.ts";
import { isSettings, merged, textOf, type CloudSettings, type Settings } from "./settings.ts";

/** A cloud with all that bears on it in one place. */
export interface ResolvedCloud {
  /** For messages: where it comes from. */
  readonly origin: string;
  readonly settings: CloudSettings;
}

/** Settings that win over the files and the environment, and settings that lose against them. */
export interface Overrides {
  readonly region?: string | undefined;
  readonly overrides: Settings;
  /** What loses against them. */
  readonly defaults?: Settings | undefined;
}

/** Names for what has another name now; the later of a list wins. Source: openstack/config/loader.py. */
const OLD_NAMES: Readonly<Record<string, readonly string[]>> = {
  token: ["auth_token", "token"],
  project_id: ["tenant_id", "project_id"],
  project_name: ["tenant_name", "project_name"],
  username: ["user_name", "username"],
};

/** Settings of `auth`. Files and the environment may have them beside `auth` too. */
const AUTH_SETTINGS = [
  "auth_url",
  "endpoint",
  "token",
  "username",
  "user_id",
  "user_domain_id",
  "user_domain_name",
  "password",
  "project_id",
  "project_name",
  "project_domain_id",
  "project_domain_name",
  "domain_id",
  "domain_name",
  "default_domain_id",
  "default_domain_name",
  "default_domain",
  "system_scope",
  "trust_id",
  "application_credential_id",
  "application_credential_name",
  "application_credential_secret",
];

/** Settings that stand for one another: one that is overridden makes the others void. */
const ALTERNATIVES = [
  ["username", "user_id"],
  ["user_domain_id", "user_domain_name"],
  ["project_id", "project_name", "domain_id", "domain_name", "system_scope", "trust_id"],
  ["project_domain_id", "project_domain_name"],
  ["application_credential_id", "application_credential_name"],
  ["password", "token", "application_credential_secret"],
];

/**
 * The settings of a cloud: the vendor's profile, the cloud's own, those of the region and the overrides, of which
 * the later win. Source: openstacksdk, openstack/config/loader.py, `get_one`.
 *
 * @throws {InvalidCloudError} when there is no such cloud or region
 */
export function cloudSettings(name: string | undefined, place: Place, wins: Overrides): ResolvedCloud {
  const { origin, settings: own } = findCloud(name, place, describesCloud(wins.overrides));
  const profile = vendorProfile(own, place);
  const region = chosenRegion(origin, own, profile, wins.region ?? textOf(wins.overrides, "region_name"));

  let settings = merged(merged(merged({ interface: "public", auth: {} }, profile), own), region.values);
  if (region.name !== "") settings = { ...settings, region_name: region.name };
  settings = withInterface(settings);
  settings = filled({ ...settings, auth: authOf(settings) }, wins.defaults ?? {});
  return { origin, settings: withNamedSettings(origin, overridden(settings, wins.overrides)) };
}

/**
 * The settings with the defaults of those that are absent. A default is left out where an alternative of it is set,
 * such as an id for a name.
 */
function filled(settings: CloudSettings, defaults: Settings): CloudSettings {
  const result: CloudSettings = { ...settings, auth: { ...settings.auth } };
  for (const [name, value] of Object.entries(defaults)) {
    if (value === undefined || value === "") continue;
    const group = ALTERNATIVES.find((names) => names.includes(name)) ?? [name];
    const isAuth = AUTH_SETTINGS.includes(name);
    const own = isAuth ? settings.auth : settings;
    if (group.every((known) => own[known] === undefined)) (isAuth ? result.auth : result)[name] = value;
  }
  return result;
}

/** Whether the overrides say where the cloud is. */
function describesCloud(overrides: Settings): boolean {
  const { auth } = overrides;
  return ["auth_url", "endpoint"].some((name) =>
    textOf(isSettings(auth) ? { ...overrides, ...auth } : overrides, name),
  );
}

interface Region {
  readonly name: string;
  readonly values: Settings;
}

function chosenRegion(origin: string, own: Settings, profile: Settings, wanted = ""): Region {
  const known = regionsIn(own) ?? regionsIn(profile) ?? [];
  if (known.length === 0) return { name: wanted, values: {} };
  const found = wanted === "" ? known[0] : known.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = known.map(({ name }) => name).join(", ");
  throw new InvalidCloudError(`The ${origin} has no region ${wanted}; it has ${names}.`);
}

function regionsIn(settings: Settings): Region[] | undefined {
  const { regions, region_name: name } = settings;
  const listed = regions ?? (typeof name === "string" && name !== "" ? name.split(",") : name);
  if (!Array.isArray(listed)) return undefined;
  return listed.map((region: unknown) => {
    if (!isSettings(region)) return { name: String(region), values: {} };
    const { name: its = "", values = {} } = region;
    return { name: String(its), values: isSettings(values) ? values : {} };
  });
}

/** `endpoint_type` is the older name of `interface`, also for one service: `image_endpoint_type`. */
function withInterface(settings: CloudSettings): CloudSettings {
  const { endpoint_type: kind, image_endpoint_type: imageKind, ...rest } = settings;
  return {
    ...rest,
    ...(kind === undefined ? {} : { interface: kind }),
    ...(imageKind === undefined ? {} : { image_interface: imageKind }),
  };
}

function authOf(settings: CloudSettings): Record<string, unknown> {
  const auth: Record<string, unknown> = {};
  for (const name of AUTH_SETTINGS) {
    for (const known of OLD_NAMES[name] ?? [name]) {
      const value = settings.auth[known] ?? settings[known];
      if (value !== undefined && value !== null && value !== "") auth[name] = value;
    }
  }
  const { domain_id: id, domain_name: domain, ...rest } = auth;
  if (auth["project_id"] === undefined && auth["project_name"] === undefined) return auth;
  // With a project, a domain is the default of the user's and the project's.
  return {
    ...(id === undefined ? {} : { user_domain_id: id, project_domain_id: id }),
    ...(domain === undefined ? {} : { user_domain_name: domain, project_domain_name: domain }),
    ...rest,
  };
}

function overridden(settings: CloudSettings, overrides: Settings): CloudSettings {
  const { auth: underAuth, ...beside } = overrides;
  const given = Object.entries({ ...beside, ...(isSettings(underAuth) ? underAuth : {}) })
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => [todaysName(name.replaceAll("-", "_")), value] as const);
  const names = new Set(given.map(([name]) => name));
  const voided = ALTERNATIVES.filter((group) => group.some((name) => names.has(name))).flat();

  const auth = Object.fromEntries(Object.entries(settings.auth).filter(([name]) => !voided.includes(name)));
  const result: CloudSettings = { ...settings, auth };
  for (const [name, value] of given) {
    if (AUTH_SETTINGS.includes(name)) auth[name] = value;
    else result[name] = value;
  }
  return withInterface(result);
}

function todaysName(name: string): string {
  const today = Object.entries(OLD_NAMES).find(([, known]) => known.includes(name));
  return today?.[0] ?? name;
}
