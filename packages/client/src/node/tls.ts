import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { InvalidCloudError } from "./invalid-cloud-error.ts";
import type { ResolvedCloud } from "./cloud-settings.ts";
import { textOf } from "./settings.ts";
import { authoritiesOf } from "./authorities.ts";

/** How servers and the caller prove who they are, where that differs from the platform's default. */
export interface Tls {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * The TLS settings of a cloud; `undefined` when it has none. `insecure` wins over all others, and the cloud's
 * authorities over those of the environment.
 * Source: openstacksdk, openstack/config/cloud_region.py, `get_requests_verify_args`.
 *
 * @throws {InvalidCloudError} when a file that is named cannot be read
 * @throws {InvalidEnvironmentError} when the environment names such a file
 */
export function tlsOf(
  { origin, settings }: ResolvedCloud,
  env: Readonly<Record<string, string | undefined>>,
): Tls | undefined {
  const insecure = isTrue(settings["insecure"]) || isFalse(settings["verify"]);
  const cacert = insecure ? undefined : textOf(settings, "cacert");
  const cert = textOf(settings, "cert");
  const key = textOf(settings, "key");
  const read = (name: string, path: string) => contentOf(origin, name, path);
  const ca = insecure ? undefined : cacert === undefined ? authoritiesOf(env) : read("cacert", cacert);
  if (!insecure && ca === undefined && cert === undefined) return undefined;
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(ca === undefined ? {} : { ca }),
    // A certificate without a key of its own stands in one file with it.
    ...(cert === undefined ? {} : { cert: read("cert", cert), key: read("key", key ?? cert) }),
  };
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

function isFalse(value: unknown): boolean {
  return value === false || (typeof value === "string" && value.toLowerCase() === "false");
}

function contentOf(origin: string, name: string, path: string): string {
  const file = path.startsWith("~/") ? homedir() + path.slice(1) : path;
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new InvalidCloudError(`The ${origin} has a ${name} that cannot be read: ${file}.`);
  }
}
