import { networkInterfaces } from "node:os";
import { z } from "zod";
import type { GlanceOptions } from "../front/glance-servers.ts";
import { readCertificates } from "./certificates.ts";
import {
  documented,
  readSettings,
  settingsOf,
  type Given,
  type Problem,
  type Setting,
} from "./documented.ts";
import { filePath } from "./file-path.ts";
import { plainUrl } from "./plain-url.ts";
import { seconds } from "./seconds.ts";
import type { ListenAddress } from "./listen-address.ts";

/** Where the Glance is that this server stands in front of. */
const settings = z.object({
  IMAGETAGS_GLANCE_URL: documented(
    z.string().transform(toUrls).optional(),
    "none",
    "glance: the URL of glance-api, to stand in front of it; of several, with commas between, one after the other is tried",
  ),
  IMAGETAGS_GLANCE_CACERT: documented(
    filePath().optional(),
    "the authorities that Node.js trusts",
    "glance: a file of the certificates in PEM that its own is checked by",
  ),
  IMAGETAGS_GLANCE_CONNECT_TIMEOUT: documented(
    seconds(0.001, 300).default(3_000),
    "3",
    "glance: seconds that connecting to it may take; then the next is tried, or 503",
  ),
  IMAGETAGS_GLANCE_TIMEOUT: documented(
    seconds(1, 86_400).default(3_600_000),
    "3600",
    "glance: seconds for which it may stand still in the middle of a request; then 503",
  ),
});

/** The settings of standing in front of Glance, for people. */
export const GLANCE_SETTINGS: readonly Setting[] = settingsOf(settings);

/** Settings that only Glance heeds once this server stands in front of it. */
const GLANCES_OWN = [
  "IMAGETAGS_IMAGE_PROPERTY_QUOTA",
  "IMAGETAGS_IMAGE_MEMBER_QUOTA",
  "IMAGETAGS_IMAGE_COUNT_TOTAL",
  "IMAGETAGS_IMAGE_SIZE_CAP",
  "IMAGETAGS_USER_STORAGE_QUOTA",
] as const;

/** Whether only Glance heeds a setting once this server stands in front of it. */
export function isGlancesOwn(name: string): boolean {
  return GLANCES_OWN.some((own) => own === name);
}

/**
 * Reads the settings of standing in front of Glance; `undefined` where this server stands alone. Tells what is
 * wrong with them, and which other settings make no sense beside them.
 */
export function readGlanceSettings(
  given: Given,
  listen: readonly ListenAddress[],
  problem: Problem,
): GlanceOptions | undefined {
  const values = readSettings(settings, given, problem);
  const urls = values?.IMAGETAGS_GLANCE_URL;
  if (values === undefined || urls === undefined) {
    for (const { name } of given["IMAGETAGS_GLANCE_URL"] === undefined ? GLANCE_SETTINGS : []) {
      if (given[name] !== undefined) problem(`${name} has no meaning without IMAGETAGS_GLANCE_URL`);
    }
    return undefined;
  }
  for (const name of GLANCES_OWN) {
    if (given[name] !== undefined)
      problem(`${name} has no effect with IMAGETAGS_GLANCE_URL: set it in Glance`);
  }
  if (given["IMAGETAGS_DATABASE_URL"] === undefined && given["IMAGETAGS_DATABASE_URL_FILE"] === undefined) {
    problem("IMAGETAGS_DATABASE_URL is missing: in front of Glance it is Glance's own database");
  }
  if (listen.some((address) => urls.some((url) => leadsTo(address, url)))) {
    problem("IMAGETAGS_GLANCE_URL must be that of glance-api: this server listens there itself");
  }
  return {
    urls,
    ca: readCa(values.IMAGETAGS_GLANCE_CACERT, urls, problem),
    connectTimeout: values.IMAGETAGS_GLANCE_CONNECT_TIMEOUT,
    timeout: values.IMAGETAGS_GLANCE_TIMEOUT,
  };
}

function readCa(path: string | undefined, urls: readonly string[], problem: Problem): string | undefined {
  if (path === undefined) return undefined;
  if (urls.some((url) => url.startsWith("https:"))) {
    return readCertificates("IMAGETAGS_GLANCE_CACERT", path, problem);
  }
  problem("IMAGETAGS_GLANCE_CACERT has no meaning without an https URL in IMAGETAGS_GLANCE_URL");
  return undefined;
}

function toUrls(text: string, context: z.RefinementCtx<string>): string[] {
  const read = z.array(plainUrl("http://127.0.0.1:9393")).safeParse(text.split(",").map((url) => url.trim()));
  if (read.data === undefined) {
    context.addIssue(read.error.issues[0]?.message ?? "must be a URL");
    return z.NEVER;
  }
  if (read.data.some((url) => /\/v2(?:\.\d+)?$/.test(url))) {
    context.addIssue("must not end with /v2, which the requests bring along");
  }
  return read.data;
}

/** Whether a URL leads to an address that this machine listens at, as far as that can be seen. */
function leadsTo(address: ListenAddress, url: string): boolean {
  if (address.kind !== "tcp") return false;
  const { host, port } = address;
  const { hostname, port: named, protocol } = new URL(url);
  if (Number(named === "" ? { "http:": 80, "https:": 443 }[protocol] : named) !== port) return false;
  const target = hostname.replace(/^\[|\]$/g, "");
  if (target === host) return true;
  const isLocal =
    target === "localhost" ||
    target.startsWith("127.") ||
    Object.values(networkInterfaces()).some((all) => all?.some((own) => own.address === target));
  const listensEverywhere = host === "0.0.0.0" || host === "::";
  return isLocal && (listensEverywhere || (host === "localhost" && target === "127.0.0.1"));
}
