import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { InvalidCloudError } from "./invalid-cloud-error.ts";
import { textOf, type Settings } from "./settings.ts";
import type { RequestSender } from "../calls/request-sender.ts";

/** How servers and the caller prove who they are, where that differs from the platform's default. */
export interface Tls {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * The TLS settings of a cloud; `undefined` when it has none. `insecure` wins over all others.
 * Source: openstacksdk, openstack/config/cloud_region.py, `get_requests_verify_args`.
 *
 * @throws {InvalidCloudError} when a file that is named cannot be read
 */
export function tlsOf(origin: string, settings: Settings): Tls | undefined {
  const insecure = isTrue(settings["insecure"]) || isFalse(settings["verify"]);
  const cacert = insecure ? undefined : textOf(settings, "cacert");
  const cert = textOf(settings, "cert");
  const key = textOf(settings, "key");
  if (!insecure && cacert === undefined && cert === undefined) return undefined;
  const read = (name: string, path: string) => contentOf(origin, name, path);
  return {
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(cacert === undefined ? {} : { ca: read("cacert", cacert) }),
    // A certificate without a key of its own stands in one file with it.
    ...(cert === undefined ? {} : { cert: read("cert", cert), key: read("key", key ?? cert) }),
  };
}

/** A `fetch` whose connections are made so. Node's own takes no TLS settings, so it is undici's, loaded when needed. */
export function fetchWith(tls: Tls): RequestSender {
  let made: Promise<RequestSender> | undefined;
  return async (input, init) => {
    made ??= fetchOver(tls);
    const fetch = await made;
    return fetch(input, init);
  };
}

async function fetchOver(tls: Tls): Promise<RequestSender> {
  const { Agent, fetch } = await import("undici");
  const dispatcher = new Agent({ connect: { ...tls } });
  const sent = (input: unknown, init: object | undefined) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same values, declared by undici and by the DOM
    fetch(input as string, { ...init, dispatcher }) as unknown as Promise<Response>;
  return sent;
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
