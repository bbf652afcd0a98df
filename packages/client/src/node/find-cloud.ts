import { readCloudFile, type CloudFile, type Environment } from "./cloud-files.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";
import { isSettings, mergedDeeply, normalised, type Settings } from "./settings.ts";

/** Where clouds are looked for. */
export interface Place {
  readonly env: Environment;
  readonly folder: string;
}

/** A cloud as it is described, before its vendor's profile and its region are added. */
export interface FoundCloud {
  /** For messages: `cloud mycloud of /home/me/clouds.yaml`, `the environment`. */
  readonly origin: string;
  readonly settings: Settings;
}

/** These choose a cloud and describe none. Source: openstacksdk, openstack/config/loader.py, `_get_os_environ`. */
const SELECTORS: ReadonlySet<string> = new Set([
  "OS_CLOUD",
  "OS_REGION_NAME",
  "OS_CLIENT_CONFIG_FILE",
  "OS_CLIENT_SECURE_FILE",
  "OS_CLOUD_NAME",
]);
const OTHERS_OWN = /^OS_(?:TEST|STD|LOG)/;

/**
 * The cloud of a name; without one that of `OS_CLOUD`, or that which the environment describes, or the only one of
 * the file. Without any of them there are no settings, which will do where the cloud is described elsewhere. The
 * environment's own name is that of `OS_CLOUD_NAME`, or `envvars`.
 *
 * @throws {InvalidCloudError} when there is no cloud of the name, or no telling which
 */
export function findCloud(
  name: string | undefined,
  { env, folder }: Place,
  describedElsewhere: boolean,
): FoundCloud {
  const file = readCloudFile("clouds", { env, folder, named: env["OS_CLIENT_CONFIG_FILE"] });
  const secure = readCloudFile("secure", { env, folder, named: env["OS_CLIENT_SECURE_FILE"] });
  const clouds = cloudsIn(file, secure);
  const ownName = env["OS_CLOUD_NAME"] ?? "envvars";
  if (clouds[ownName] !== undefined) {
    throw new InvalidCloudError(
      `${file?.path} has a cloud ${ownName}, which is the name of the environment's own.`,
    );
  }

  const described = describedBy(env);
  const wanted = [name, env["OS_CLOUD"]].find((text) => text !== undefined && text !== "");
  if (described !== undefined && (wanted === undefined || wanted === ownName)) {
    return { origin: "environment", settings: described };
  }
  const names = Object.keys(clouds);
  const chosen = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined) {
    if (describedElsewhere) return { origin: "cloud", settings: {} };
    throw new InvalidCloudError(
      names.length === 0
        ? "There is no cloud: neither a clouds.yaml nor OS_AUTH_URL."
        : `${file?.path} has ${names.length} clouds: name one of ${names.join(", ")}.`,
    );
  }
  const settings = Object.hasOwn(clouds, chosen) ? clouds[chosen] : undefined;
  if (settings === undefined) {
    const where =
      file === undefined ? "There is no clouds.yaml" : `${file.path} has ${names.join(", ") || "none"}`;
    throw new InvalidCloudError(`There is no cloud ${chosen}. ${where}.`);
  }
  const origin = `cloud ${chosen} of ${file?.path ?? secure?.path}`;
  if (!isSettings(settings)) throw new InvalidCloudError(`The ${origin} has no settings by name.`);
  return { origin, settings: normalised(settings) };
}

/** The profile of a vendor in `clouds-public.yaml`; empty where the cloud names none, or one that is not there. */
export function vendorProfile(settings: Settings, { env, folder }: Place): Settings {
  const name = settings["profile"] ?? settings["cloud"];
  if (typeof name !== "string") return {};
  const profiles = readCloudFile("clouds-public", { env, folder })?.settings["public-clouds"];
  const profile = isSettings(profiles) && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  return isSettings(profile) ? normalised(profile) : {};
}

function cloudsIn(file: CloudFile | undefined, secure: CloudFile | undefined): Settings {
  const clouds = mergedDeeply(file?.settings ?? {}, secure?.settings ?? {})["clouds"] ?? {};
  if (isSettings(clouds)) return clouds;
  throw new InvalidCloudError(`${file?.path ?? secure?.path} has clouds that are not named.`);
}

function describedBy(env: Environment): Settings | undefined {
  const names = Object.keys(env).filter((name) => name.startsWith("OS_") && !OTHERS_OWN.test(name));
  if (names.every((name) => SELECTORS.has(name))) return undefined;
  return Object.fromEntries(names.map((name) => [name.slice(3).toLowerCase(), env[name]]));
}
