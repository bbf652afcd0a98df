import { TAG_PROFILES } from "@imagetags/contract";
import { isIP } from "node:net";
import { compile } from "proxy-addr";
import { z } from "zod";
import { age, DAY } from "./age.ts";
import { documented } from "./documented.ts";
import { filePath } from "./file-path.ts";
import { toListenAddresses, toTcpAddress } from "./listen-address.ts";
import { logSettings } from "./log-settings.ts";
import { oneOf } from "./one-of.ts";
import { plainUrl } from "./plain-url.ts";
import { seconds } from "./seconds.ts";

const AUTH = ["static", "keystone"] as const;

/** The server's settings without those of Keystone, by the names of their variables. */
export const serverSettings = z.object({
  IMAGETAGS_LISTEN: documented(
    z.string().transform(toListenAddresses).optional(),
    "127.0.0.1:9292, or the sockets that systemd hands over",
    "where to listen: ADDRESS:PORT, unix:/PATH, fd:NUMBER of an open socket, systemd; several with commas between",
  ),
  IMAGETAGS_SOCKET_MODE: documented(
    z
      .string()
      .regex(/^0?[0-7]{3}$/, "must be a mode in octal, such as 0660")
      .transform((text) => Number.parseInt(text, 8))
      .default(0o660),
    "0660",
    "who may connect to a Unix socket that is listened on, as the mode of its file",
  ),
  IMAGETAGS_BASE_PATH: documented(
    z
      .string()
      .regex(
        /^(?!.*\/\.{1,2}(?:\/|$))(?!\/v2(?:[./]|$))(?:\/[A-Za-z0-9._~-]+)+$/,
        "must be a path such as /image, of letters, digits and - . _ ~, without a slash at its end, and not /v2",
      )
      .optional(),
    "none",
    "the path under which the API is too, such as /image; the links in its replies have it",
  ),
  IMAGETAGS_METRICS_LISTEN: documented(
    z.string().transform(toTcpAddress).optional(),
    "none",
    "address and port where GET /metrics is answered in Prometheus' format, such as 127.0.0.1:9464; see docs/monitoring.md",
  ),
  IMAGETAGS_PUBLIC_URL: documented(
    plainUrl("https://images.example.org")
      .refine((url) => !/\/v2(?:\.\d+)?$/.test(url), "must not end with /v2, which the links add to it")
      .optional(),
    "the scheme and the Host header of each request, with IMAGETAGS_BASE_PATH",
    "the URL by which callers reach the server, for the links in its replies",
  ),
  IMAGETAGS_GLANCE_CONF: documented(
    z.string().optional(),
    "none",
    "Glance's own file, whose database, Keystone, policy and quotas are used where no setting says otherwise; " +
      "of several, and of folders with *.conf, with commas between, the later win",
  ),
  IMAGETAGS_DATABASE_URL: documented(
    z.string().optional(),
    "sqlite:imagetags.db under the data directory",
    "sqlite:PATH, mysql://... or postgres://...; a database that Glance made is used as it is",
  ),
  IMAGETAGS_DATABASE_URL_FILE: documented(
    filePath().optional(),
    "none",
    "a file that holds the URL, instead of it: others may read a process's variables",
  ),
  IMAGETAGS_DATABASE_POOL_SIZE: documented(
    wholeNumber(1, 10_000).default(10),
    "10",
    "connections to a database server that one process has open at most",
  ),
  IMAGETAGS_DATABASE_CONNECT_TIMEOUT: documented(
    wholeNumber(1, 3_600).default(5),
    "5",
    "seconds that connecting to it may take, and waiting for one of the connections; then 503",
  ),
  IMAGETAGS_DATABASE_STATEMENT_TIMEOUT: documented(
    wholeNumber(1, 3_600).default(10),
    "10",
    "seconds that a statement may take there; then 503",
  ),
  IMAGETAGS_DATABASE_PROBE_TIMEOUT: documented(
    seconds(0.1, 60).default(1_000),
    "1",
    "seconds that it may be silent for while a statement takes long; then the next server of the URL, or 503",
  ),
  IMAGETAGS_DATA_DIR: documented(
    filePath().default("./data"),
    "./data",
    "where the embedded database, the first token and image data live",
  ),
  IMAGETAGS_AUTH: documented(
    oneOf(AUTH).default("static"),
    "static",
    "how callers are known: static (by the tokens file) or keystone",
  ),
  IMAGETAGS_TOKENS_FILE: documented(
    filePath().optional(),
    "tokens.yaml in the data directory",
    "static tokens; the default file is made with one random token when there is none",
  ),
  IMAGETAGS_POLICY_FILE: documented(
    filePath().optional(),
    "Glance's defaults alone",
    "a policy.yaml whose rules override the defaults; read anew when it changes",
  ),
  IMAGETAGS_TAG_PROFILE: documented(
    oneOf(TAG_PROFILES).default("glance"),
    "glance",
    "which tags there may be: glance (any text) or ims (letters, digits, _ and -)",
  ),
  IMAGETAGS_TAG_QUOTA: documented(quota().default(128), "128", "tags per image, negative = unlimited"),
  IMAGETAGS_IMAGE_PROPERTY_QUOTA: documented(
    quota().default(128),
    "128",
    "properties per image, negative = unlimited",
  ),
  IMAGETAGS_IMAGE_MEMBER_QUOTA: documented(
    quota().default(128),
    "128",
    "members per image, negative = unlimited",
  ),
  IMAGETAGS_IMAGE_COUNT_TOTAL: documented(
    quota().default(-1),
    "-1",
    "images per project, negative = unlimited",
  ),
  IMAGETAGS_IMAGE_SIZE_CAP: documented(
    size().default(2 ** 40),
    "1TB",
    "the most data of an image: bytes, or a number with KB, MB, GB or TB, of 1024 each",
  ),
  IMAGETAGS_USER_STORAGE_QUOTA: documented(
    size()
      .transform((bytes) => (bytes === 0 ? -1 : bytes))
      .default(-1),
    "0",
    "the most data of all images of a project, written alike, 0 = unlimited",
  ),
  IMAGETAGS_CHANGES_PER_CALLER: documented(
    rate(),
    "off",
    "changes that one user may ask for, such as 10/s, 600/m or 5/h, and at once as many, or burst: 10/s,burst=50; more are 429",
  ),
  IMAGETAGS_CHANGES_PER_PROJECT: documented(
    rate(),
    "off",
    "the same of all users of a project together, such as 50/s,burst=200",
  ),
  IMAGETAGS_EVENTS_KEEP: documented(
    age().default(90 * DAY),
    "90d",
    "how long it is kept what became of tags: days or hours, such as 90d; older events go with `purge`",
  ),
  ...logSettings,
  IMAGETAGS_TRUSTED_PROXIES: documented(
    z.string().transform(toNetworks).default([]),
    "none",
    "addresses and networks whose X-Forwarded-For or Forwarded tells the caller's address, with commas between; unix = who connects to a Unix socket",
  ),
  IMAGETAGS_CORS_ORIGINS: documented(
    z.string().transform(toOrigins).default([]),
    "none",
    "origins whose pages may ask this server from browsers, with commas between; * = any",
  ),
  IMAGETAGS_MAX_CONNECTIONS: documented(
    z
      .string()
      .regex(/^(?:auto|[1-9]\d{0,5})$/, 'must be a number from 1 to 999999, or "auto"')
      .transform((text) => (text === "auto" ? undefined : Number(text)))
      .optional(),
    "auto",
    "connections of callers per process; auto = half of the files that it may open, at most 10,000",
  ),
  IMAGETAGS_CONSOLE: documented(
    onOrOff(),
    "on",
    "on: a page for tags at /console/, where people sign in by Keystone or with a token; off: none",
  ),
  IMAGETAGS_DOCS: documented(
    onOrOff(),
    "on",
    "on: a page that shows the API, and tries it, at /docs/; off: none",
  ),
  IMAGETAGS_DISABLE_BY_FILE: documented(
    filePath().optional(),
    "none",
    "a file that takes the server out of service while it is there: /readyz and /healthcheck are 503",
  ),
  IMAGETAGS_DRAIN_DELAY: documented(
    seconds(0, 3_600).default(0),
    "0",
    "seconds for which it answers on after SIGTERM, with /readyz and /healthcheck 503, before it drains",
  ),
  IMAGETAGS_WORKERS: documented(
    z
      .string()
      .regex(/^(?:auto|[1-9]\d?)$/, 'must be a number from 1 to 99, or "auto"')
      .default("1"),
    "1",
    "processes that serve; auto = one for each CPU. On SQLite it is one",
  ),
});

/** The values of those settings. */
export type ServerValues = z.infer<typeof serverSettings>;

function onOrOff() {
  return oneOf(["on", "off"])
    .default("on")
    .transform((value) => value === "on");
}

function quota() {
  return z
    .string()
    .regex(/^(?:0|-?[1-9]\d{0,8})$/, "must be a whole number of at most nine digits, without zeros before it")
    .transform(Number);
}

/** The seconds of each unit of a rate. */
const RATE_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** A number of times in a second, minute or hour; `undefined`: no limit. Without a burst as many come at once. */
function rate() {
  return z
    .string()
    .default("off")
    .transform((text, context) => {
      if (text === "off") return undefined;
      const [, count = "", unit = "", burst = count] =
        /^([1-9]\d{0,5})\/([smh])(?:,burst=([1-9]\d{0,5}))?$/.exec(text) ?? [];
      const span = RATE_UNITS[unit];
      if (span !== undefined) return { burst: Number(burst), perSecond: Number(count) / span };
      context.addIssue(
        "must be off or a rate, such as 10/s, 600/m or 5/h, with how many may come at once where that is another number: 10/s,burst=50",
      );
      return z.NEVER;
    });
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

/** Bytes as Glance's settings write them. Source: Glance, glance/common/config.py, `user_storage_quota`. */
function size() {
  const problem = "must be a number of bytes, or a number with KB, MB, GB or TB";
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,14})(?:[KMGT]?B)?$/, problem)
    .transform((text) => {
      const unit = UNITS.indexOf(text.replace(/^\d+/, ""));
      return Number.parseInt(text, 10) * 1024 ** Math.max(0, unit);
    })
    .refine(Number.isSafeInteger, problem);
}

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,8})$/, "must be a whole number, without zeros before it")
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`);
}

/** Source: proxy-addr, its pre-defined names. */
const NAMED_NETWORKS = new Set(["loopback", "linklocal", "uniquelocal"]);
/** The word for whoever may connect to a Unix socket of this server. */
const UNIX_PEERS = "unix";

function toNetworks(text: string, context: z.RefinementCtx<string>): string[] {
  const networks = text.split(",").map((network) => network.trim());
  try {
    compile(networks.filter((network) => network !== UNIX_PEERS));
    // The library takes numbers of other bases and lengths for addresses: `010.0.0.7` would be 8.0.0.7.
    if (
      networks.every(
        (network) =>
          network === UNIX_PEERS || NAMED_NETWORKS.has(network) || isIP(network.split("/")[0] ?? "") !== 0,
      )
    )
      return networks;
    throw new RangeError("No address.");
  } catch {
    context.addIssue("must be addresses or networks with a comma between, such as 10.0.0.7,192.168.0.0/16");
    return z.NEVER;
  }
}

/** Origins as browsers write them in a request. They are compared letter by letter. */
function toOrigins(text: string, context: z.RefinementCtx<string>): string[] {
  const origins = text.split(",").map((origin) => origin.trim());
  if (origins.every((origin) => origin === "*" || URL.parse(origin)?.origin === origin)) return origins;
  context.addIssue(
    "must be origins as browsers write them, such as https://dashboard.example.org, with commas between, or *",
  );
  return z.NEVER;
}
