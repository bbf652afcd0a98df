import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig, SETTINGS } from "./config.ts";
import { GLANCE_SETTINGS } from "./glance-settings.ts";
import { KEYSTONE_SETTINGS } from "./keystone-settings.ts";
import { NOTIFY_SETTINGS } from "./notify-settings.ts";
import { WEBHOOK_SETTINGS } from "./webhook-settings.ts";
import { TLS_SETTINGS } from "./tls-settings.ts";
import { TRACING_SETTINGS } from "./tracing-settings.ts";

const QUOTAS = {
  tags: 128,
  properties: 128,
  members: 128,
  imageSize: 1_099_511_627_776,
  images: -1,
  storage: -1,
};

const DEFAULTS = {
  listen: [{ kind: "tcp", host: "127.0.0.1", port: 9292 }],
  socketMode: 0o660,
  tls: undefined,
  tracing: undefined,
  basePath: "",
  database: {
    location: { kind: "sqlite", path: "data/imagetags.db" },
    poolSize: 10,
    connectTimeout: 5_000,
    statementTimeout: 10_000,
    probeTimeout: 1_000,
    destinations: [],
  },
  dataDir: "./data",
  glance: undefined,
  auth: "static",
  tokensFile: "data/tokens.yaml",
  makesTokensFile: true,
  policyFile: undefined,
  tagProfile: "glance",
  quotas: QUOTAS,
  changeRates: { perCaller: undefined, perProject: undefined },
  eventsKeep: 90 * 86_400_000,
  logLevel: "info",
  logFormat: undefined,
  logFile: undefined,
  audit: "off",
  trustedProxies: [],
  corsOrigins: [],
  pages: { console: true, docs: true },
  maxConnections: undefined,
  disableFile: undefined,
  drainDelay: 0,
  workers: 1,
  notify: { rabbitmq: undefined, webhooks: undefined },
  fromGlance: { origins: new Map(), notes: [] },
};

/** The settings but for those of Keystone, Glance, notifications and webhooks, which have tests of their own. */
const NAMES = SETTINGS.filter((setting) =>
  [
    KEYSTONE_SETTINGS,
    GLANCE_SETTINGS,
    NOTIFY_SETTINGS,
    WEBHOOK_SETTINGS,
    TLS_SETTINGS,
    TRACING_SETTINGS,
  ].every((others) => !others.includes(setting)),
).map(({ name }) => name);

const SERVER = "mysql://glance@db/glance";

describe("IMAGETAGS_WORKERS", () => {
  test.each([
    ["1", 1],
    ["12", 12],
    ["auto", availableParallelism()],
  ])("%s is %i on a database server", (text, workers) => {
    const config = readConfig({ IMAGETAGS_WORKERS: text, IMAGETAGS_DATABASE_URL: SERVER });
    expect(config.workers).toBe(workers);
  });

  test.each(["1", "auto"])("%s is 1 on SQLite", (text) => {
    expect(readConfig({ IMAGETAGS_WORKERS: text }).workers).toBe(1);
  });

  test("of more than one is refused on SQLite", () => {
    expect(() => readConfig({ IMAGETAGS_WORKERS: "2" })).toThrow(/^IMAGETAGS_WORKERS must be 1 /);
  });

  test.each(["0", "-1", "100", "1.5", "many"])("%j is refused", (text) => {
    const env = { IMAGETAGS_WORKERS: text, IMAGETAGS_DATABASE_URL: SERVER };
    expect(() => readConfig(env)).toThrow(/^IMAGETAGS_WORKERS must be a number from 1 to 99, or "auto"$/);
  });
});

function sqlite(path: string) {
  return { ...DEFAULTS.database, location: { kind: "sqlite", path } };
}

describe("the settings", () => {
  test("have these defaults", () => {
    expect(readConfig({})).toEqual(DEFAULTS);
    expect(readConfig(Object.fromEntries(SETTINGS.map(({ name }) => [name, undefined])))).toEqual(DEFAULTS);
  });

  test("are these, each with a default and a meaning", () => {
    expect(NAMES).toEqual([
      "IMAGETAGS_LISTEN",
      "IMAGETAGS_SOCKET_MODE",
      "IMAGETAGS_BASE_PATH",
      "IMAGETAGS_METRICS_LISTEN",
      "IMAGETAGS_PUBLIC_URL",
      "IMAGETAGS_GLANCE_CONF",
      "IMAGETAGS_DATABASE_URL",
      "IMAGETAGS_DATABASE_URL_FILE",
      "IMAGETAGS_DATABASE_POOL_SIZE",
      "IMAGETAGS_DATABASE_CONNECT_TIMEOUT",
      "IMAGETAGS_DATABASE_STATEMENT_TIMEOUT",
      "IMAGETAGS_DATABASE_PROBE_TIMEOUT",
      "IMAGETAGS_DATA_DIR",
      "IMAGETAGS_AUTH",
      "IMAGETAGS_TOKENS_FILE",
      "IMAGETAGS_POLICY_FILE",
      "IMAGETAGS_TAG_PROFILE",
      "IMAGETAGS_TAG_QUOTA",
      "IMAGETAGS_IMAGE_PROPERTY_QUOTA",
      "IMAGETAGS_IMAGE_MEMBER_QUOTA",
      "IMAGETAGS_IMAGE_COUNT_TOTAL",
      "IMAGETAGS_IMAGE_SIZE_CAP",
      "IMAGETAGS_USER_STORAGE_QUOTA",
      "IMAGETAGS_CHANGES_PER_CALLER",
      "IMAGETAGS_CHANGES_PER_PROJECT",
      "IMAGETAGS_EVENTS_KEEP",
      "IMAGETAGS_LOG_LEVEL",
      "IMAGETAGS_LOG_FORMAT",
      "IMAGETAGS_LOG_FILE",
      "IMAGETAGS_AUDIT",
      "IMAGETAGS_TRUSTED_PROXIES",
      "IMAGETAGS_CORS_ORIGINS",
      "IMAGETAGS_MAX_CONNECTIONS",
      "IMAGETAGS_CONSOLE",
      "IMAGETAGS_DOCS",
      "IMAGETAGS_DISABLE_BY_FILE",
      "IMAGETAGS_DRAIN_DELAY",
      "IMAGETAGS_WORKERS",
    ]);
    for (const setting of SETTINGS) {
      expect(setting.default).not.toBe("");
      expect(setting.meaning).not.toBe("");
    }
  });

  test.each(
    SETTINGS.filter(
      (setting) =>
        ![GLANCE_SETTINGS, NOTIFY_SETTINGS, WEBHOOK_SETTINGS].some((some) => some.includes(setting)),
    ).filter(
      (setting) =>
        !/ the data directory$| hands over$| with IMAGETAGS_BASE_PATH$| alone$|^none$|^text at a terminal|^none, but|^OS_AUTH_URL$/.test(
          setting.default,
        ),
    ),
  )(
    "$name given as its documented default, $default, says the same as nothing",
    ({ name, default: value }) => {
      expect(readConfig({ [name]: value })).toEqual(DEFAULTS);
    },
  );

  test.each([
    [
      "IMAGETAGS_CHANGES_PER_CALLER",
      "10/s,burst=50",
      { changeRates: { perCaller: { burst: 50, perSecond: 10 }, perProject: undefined } },
    ],
    [
      "IMAGETAGS_CHANGES_PER_PROJECT",
      "90/m",
      { changeRates: { perCaller: undefined, perProject: { burst: 90, perSecond: 1.5 } } },
    ],
    ["IMAGETAGS_CHANGES_PER_CALLER", "off", { changeRates: { perCaller: undefined, perProject: undefined } }],
    ["IMAGETAGS_METRICS_LISTEN", "[::1]:9464", { metricsListen: { kind: "tcp", host: "::1", port: 9464 } }],
    ["IMAGETAGS_LISTEN", "0.0.0.0:80", { listen: [{ kind: "tcp", host: "0.0.0.0", port: 80 }] }],
    ["IMAGETAGS_LISTEN", "[::1]:9292", { listen: [{ kind: "tcp", host: "::1", port: 9292 }] }],
    ["IMAGETAGS_LISTEN", "[::]:0", { listen: [{ kind: "tcp", host: "::", port: 0 }] }],
    [
      "IMAGETAGS_LISTEN",
      "127.0.0.1:0,127.0.0.1:0,unix:/run/imagetags/api.sock,fd:3",
      {
        listen: [
          { kind: "tcp", host: "127.0.0.1", port: 0 },
          { kind: "tcp", host: "127.0.0.1", port: 0 },
          { kind: "unix", path: "/run/imagetags/api.sock" },
          { kind: "fd", fd: 3 },
        ],
      },
    ],
    ["IMAGETAGS_LOG_FORMAT", "oslo", { logFormat: "oslo" }],
    ["IMAGETAGS_LOG_FILE", "/var/log/imagetags/api.log", { logFile: "/var/log/imagetags/api.log" }],
    ["IMAGETAGS_AUDIT", "cadf", { audit: "cadf" }],
    ["IMAGETAGS_SOCKET_MODE", "0600", { socketMode: 0o600 }],
    ["IMAGETAGS_SOCKET_MODE", "666", { socketMode: 0o666 }],
    ["IMAGETAGS_BASE_PATH", "/image", { basePath: "/image" }],
    ["IMAGETAGS_BASE_PATH", "/apis/image-1.0", { basePath: "/apis/image-1.0" }],
    ["IMAGETAGS_TRUSTED_PROXIES", "unix,10.0.0.0/8", { trustedProxies: ["unix", "10.0.0.0/8"] }],
    [
      "IMAGETAGS_LISTEN",
      "images.example.org:65535",
      { listen: [{ kind: "tcp", host: "images.example.org", port: 65_535 }] },
    ],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org", { publicUrl: "https://images.example.org" }],
    ["IMAGETAGS_PUBLIC_URL", "HTTP://Images.example.org:80/", { publicUrl: "http://images.example.org" }],
    ["IMAGETAGS_PUBLIC_URL", "http://[::1]:9292", { publicUrl: "http://[::1]:9292" }],
    [
      "IMAGETAGS_PUBLIC_URL",
      "https://cloud.example.org/image//",
      { publicUrl: "https://cloud.example.org/image" },
    ],
    ["IMAGETAGS_DATABASE_URL", "sqlite:/var/lib/glance.db", { database: sqlite("/var/lib/glance.db") }],
    ["IMAGETAGS_DATABASE_URL", "sqlite:relative dir/x.db", { database: sqlite("relative dir/x.db") }],
    ["IMAGETAGS_DATABASE_URL", "sqlite:é%20.db", { database: sqlite("é%20.db") }],
    [
      "IMAGETAGS_DATA_DIR",
      "/srv/tags",
      {
        dataDir: "/srv/tags",
        database: sqlite("/srv/tags/imagetags.db"),
        tokensFile: "/srv/tags/tokens.yaml",
      },
    ],
    ["IMAGETAGS_AUTH", "static", { auth: "static" }],
    ["IMAGETAGS_TOKENS_FILE", "/etc/tokens.yaml", { tokensFile: "/etc/tokens.yaml", makesTokensFile: false }],
    ["IMAGETAGS_POLICY_FILE", "/etc/glance/policy.yaml", { policyFile: "/etc/glance/policy.yaml" }],
    ["IMAGETAGS_TAG_PROFILE", "ims", { tagProfile: "ims" }],
    ["IMAGETAGS_TAG_QUOTA", "0", { quotas: { ...QUOTAS, tags: 0 } }],
    ["IMAGETAGS_TAG_QUOTA", "-1", { quotas: { ...QUOTAS, tags: -1 } }],
    ["IMAGETAGS_TAG_QUOTA", "999999999", { quotas: { ...QUOTAS, tags: 999_999_999 } }],
    ["IMAGETAGS_IMAGE_PROPERTY_QUOTA", "-1", { quotas: { ...QUOTAS, properties: -1 } }],
    ["IMAGETAGS_IMAGE_MEMBER_QUOTA", "5", { quotas: { ...QUOTAS, members: 5 } }],
    ["IMAGETAGS_IMAGE_COUNT_TOTAL", "10", { quotas: { ...QUOTAS, images: 10 } }],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "0", { quotas: { ...QUOTAS, imageSize: 0 } }],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "1099511627776", { quotas: QUOTAS }],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "5GB", { quotas: { ...QUOTAS, imageSize: 5 * 2 ** 30 } }],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "0", { quotas: QUOTAS }],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "2048B", { quotas: { ...QUOTAS, storage: 2048 } }],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "3KB", { quotas: { ...QUOTAS, storage: 3072 } }],
    ["IMAGETAGS_EVENTS_KEEP", "1h", { eventsKeep: 3_600_000 }],
    ["IMAGETAGS_EVENTS_KEEP", "36500d", { eventsKeep: 36_500 * 86_400_000 }],
    ["IMAGETAGS_MAX_CONNECTIONS", "500", { maxConnections: 500 }],
    ["IMAGETAGS_CONSOLE", "off", { pages: { console: false, docs: true } }],
    ["IMAGETAGS_DOCS", "off", { pages: { console: true, docs: false } }],
    ["IMAGETAGS_DOCS", "on", {}],
    ["IMAGETAGS_LOG_LEVEL", "silent", { logLevel: "silent" }],
    ["IMAGETAGS_LOG_LEVEL", "error", { logLevel: "error" }],
    ["IMAGETAGS_LOG_LEVEL", "warn", { logLevel: "warn" }],
    ["IMAGETAGS_CORS_ORIGINS", "*", { corsOrigins: ["*"] }],
    [
      "IMAGETAGS_CORS_ORIGINS",
      "https://a.example.org, http://localhost:5173",
      { corsOrigins: ["https://a.example.org", "http://localhost:5173"] },
    ],
    ["IMAGETAGS_LOG_FORMAT", "json", { logFormat: "json" }],
    ["IMAGETAGS_LOG_FORMAT", "text", { logFormat: "text" }],
    [
      "IMAGETAGS_TRUSTED_PROXIES",
      "10.0.0.7, 192.168.0.0/16,fd00::/8,loopback",
      { trustedProxies: ["10.0.0.7", "192.168.0.0/16", "fd00::/8", "loopback"] },
    ],
  ])("%s=%s is taken", (name, value, expected) => {
    expect(readConfig({ [name]: value })).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each([
    ["IMAGETAGS_METRICS_LISTEN", "9464"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "10"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "0/s"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "1.5/s"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "10/d"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "10/s,burst=0"],
    ["IMAGETAGS_CHANGES_PER_CALLER", "10/s, burst=5"],
    ["IMAGETAGS_CHANGES_PER_PROJECT", "on"],
    ["IMAGETAGS_METRICS_LISTEN", "unix:/run/metrics.sock"],
    ["IMAGETAGS_METRICS_LISTEN", "systemd"],
    ["IMAGETAGS_METRICS_LISTEN", "127.0.0.1:1,127.0.0.1:2"],
    ["IMAGETAGS_METRICS_LISTEN", "http://127.0.0.1:9464"],
    ["IMAGETAGS_LISTEN", "9292"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:1, 127.0.0.1:2"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:1,127.0.0.1:1"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:1,"],
    ["IMAGETAGS_LISTEN", "unix:api.sock"],
    ["IMAGETAGS_LISTEN", "unix:/"],
    ["IMAGETAGS_LISTEN", `unix:/${"a".repeat(107)}`],
    ["IMAGETAGS_LISTEN", "fd:2"],
    ["IMAGETAGS_SOCKET_MODE", "0999"],
    ["IMAGETAGS_SOCKET_MODE", "rw"],
    ["IMAGETAGS_SOCKET_MODE", "1777"],
    ["IMAGETAGS_BASE_PATH", "image"],
    ["IMAGETAGS_BASE_PATH", "/"],
    ["IMAGETAGS_BASE_PATH", "/image/"],
    ["IMAGETAGS_BASE_PATH", "/a/../b"],
    ["IMAGETAGS_BASE_PATH", "/a b"],
    ["IMAGETAGS_BASE_PATH", "/v2"],
    ["IMAGETAGS_LISTEN", ":9292"],
    ["IMAGETAGS_LISTEN", "127.0.0.1"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:http"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:-1"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:65536"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:123456"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:80 "],
    ["IMAGETAGS_LISTEN", "127.0.0.1:80\n"],
    ["IMAGETAGS_LISTEN", "::1:9292"],
    ["IMAGETAGS_LISTEN", "[::1]"],
    ["IMAGETAGS_LISTEN", "[]:1"],
    ["IMAGETAGS_LISTEN", "http://127.0.0.1:80"],
    ["IMAGETAGS_PUBLIC_URL", "images.example.org"],
    ["IMAGETAGS_PUBLIC_URL", "/image"],
    ["IMAGETAGS_PUBLIC_URL", "ftp://images.example.org"],
    ["IMAGETAGS_PUBLIC_URL", "https://"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/v2"],
    ["IMAGETAGS_PUBLIC_URL", "https://cloud.example.org/image/v2.9/"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org:port"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/?a=b"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/#a"],
    ["IMAGETAGS_PUBLIC_URL", "https://user:secret@images.example.org"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/a b"],
    ["IMAGETAGS_PUBLIC_URL", "https:\\\\images.example.org"],
    ["IMAGETAGS_DATABASE_URL", "sqlite"],
    ["IMAGETAGS_DATABASE_URL", "sqlite:"],
    ["IMAGETAGS_DATABASE_URL", "SQLITE:x.db"],
    ["IMAGETAGS_DATABASE_URL", "/var/lib/glance.db"],
    ["IMAGETAGS_DATABASE_URL", "sqlite::memory:"],
    ["IMAGETAGS_DATABASE_URL", "sqlite:file:x.db?mode=memory"],
    ["IMAGETAGS_DATABASE_URL", "sqlite:a\nb"],
    ["IMAGETAGS_AUTH", "Keystone"],
    ["IMAGETAGS_AUTH", "Static"],
    ["IMAGETAGS_TAG_PROFILE", "IMS"],
    ["IMAGETAGS_TAG_QUOTA", "many"],
    ["IMAGETAGS_TAG_QUOTA", "1.5"],
    ["IMAGETAGS_TAG_QUOTA", "1e3"],
    ["IMAGETAGS_TAG_QUOTA", "+5"],
    ["IMAGETAGS_TAG_QUOTA", " 5"],
    ["IMAGETAGS_TAG_QUOTA", "0x10"],
    ["IMAGETAGS_TAG_QUOTA", "1234567890"],
    ["IMAGETAGS_TAG_QUOTA", "--1"],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "-1"],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "1TiB"],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "1.5GB"],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "-1"],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "9007199254740992"],
    ["IMAGETAGS_USER_STORAGE_QUOTA", "99999TB"],
    ["IMAGETAGS_EVENTS_KEEP", "90"],
    ["IMAGETAGS_EVENTS_KEEP", "0d"],
    ["IMAGETAGS_EVENTS_KEEP", "0h"],
    ["IMAGETAGS_EVENTS_KEEP", "36501d"],
    ["IMAGETAGS_EVENTS_KEEP", "90 days"],
    ["IMAGETAGS_EVENTS_KEEP", "-1d"],
    ["IMAGETAGS_CONSOLE", "no"],
    ["IMAGETAGS_DOCS", "Off"],
    ["IMAGETAGS_LOG_LEVEL", "debug"],
    ["IMAGETAGS_LOG_LEVEL", "INFO"],
    ["IMAGETAGS_CORS_ORIGINS", "dashboard.example.org"],
    ["IMAGETAGS_CORS_ORIGINS", "https://dashboard.example.org/"],
    ["IMAGETAGS_CORS_ORIGINS", "https://Dashboard.example.org"],
    ["IMAGETAGS_CORS_ORIGINS", "https://dashboard.example.org:443"],
    ["IMAGETAGS_LOG_FORMAT", "pretty"],
    ["IMAGETAGS_DRAIN_DELAY", "30s"],
    ["IMAGETAGS_DRAIN_DELAY", "3601"],
    ["IMAGETAGS_TRUSTED_PROXIES", "proxy.example.org"],
    ["IMAGETAGS_TRUSTED_PROXIES", "10.0.0.0/33"],
    ["IMAGETAGS_TRUSTED_PROXIES", "10.0.0.7;10.0.0.8"],
    // What follows another program would read otherwise, each in its own way.
    ["IMAGETAGS_TRUSTED_PROXIES", "010.0.0.7"],
    ["IMAGETAGS_TRUSTED_PROXIES", "10.7"],
    ["IMAGETAGS_TRUSTED_PROXIES", "0x0a000007"],
    ["IMAGETAGS_LISTEN", "127.0.0.1:09292"],
    ["IMAGETAGS_LISTEN", "*:9292"],
    ["IMAGETAGS_LISTEN", "[db.example]:9292"],
    ["IMAGETAGS_LISTEN", '"127.0.0.1:9292"'],
    ["IMAGETAGS_LISTEN", " 127.0.0.1:9292"],
    ["IMAGETAGS_LISTEN", "user@127.0.0.1:9292"],
    ["IMAGETAGS_PUBLIC_URL", "https://127.1"],
    ["IMAGETAGS_PUBLIC_URL", "https://0x7f000001"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.ex%61mple.org"],
    ["IMAGETAGS_PUBLIC_URL", "https://bücher.example"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org:"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org:0443"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/a/../b"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org/%2e%2e/b"],
    ["IMAGETAGS_PUBLIC_URL", "'https://images.example.org'"],
    ["IMAGETAGS_PUBLIC_URL", "https://images.example.org'"],
    ["IMAGETAGS_PUBLIC_URL", "https://[2001:db8::1"],
    ["IMAGETAGS_PUBLIC_URL", "https://2001:db8::1"],
    ["IMAGETAGS_DATA_DIR", '"/srv/data"'],
    ["IMAGETAGS_DATA_DIR", "'/srv/data'"],
    ["IMAGETAGS_DATA_DIR", "~/data"],
    ["IMAGETAGS_DATA_DIR", "$HOME/data"],
    ["IMAGETAGS_DATA_DIR", "${HOME}/data"],
    ["IMAGETAGS_DATA_DIR", "/srv/data "],
    ["IMAGETAGS_DATA_DIR", "/srv/data\n"],
    ["IMAGETAGS_DATA_DIR", "file:///srv/data"],
    ["IMAGETAGS_TOKENS_FILE", "~glance/tokens.yaml"],
    ["IMAGETAGS_POLICY_FILE", " /etc/glance/policy.yaml"],
    ["IMAGETAGS_DISABLE_BY_FILE", '"/run/down"'],
    ["IMAGETAGS_TAG_QUOTA", "0128"],
    ["IMAGETAGS_TAG_QUOTA", "-0"],
    ["IMAGETAGS_DATABASE_POOL_SIZE", "010"],
    ["IMAGETAGS_IMAGE_SIZE_CAP", "010GB"],
    ["IMAGETAGS_EVENTS_KEEP", "090d"],
  ])("%s=%j is refused in one line that names it", (name, value) => {
    expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} must [^\n]+$`));
  });

  test("are refused all at once, one line each", () => {
    const message = refusal({
      IMAGETAGS_LISTEN: "9292",
      IMAGETAGS_METRICS_LISTEN: "9464",
      IMAGETAGS_SOCKET_MODE: "x",
      IMAGETAGS_BASE_PATH: "x",
      IMAGETAGS_PUBLIC_URL: "x",
      IMAGETAGS_DATABASE_URL: "mysql://db",
      IMAGETAGS_DATABASE_POOL_SIZE: "0",
      IMAGETAGS_DATABASE_CONNECT_TIMEOUT: "x",
      IMAGETAGS_DATABASE_STATEMENT_TIMEOUT: "-1",
      IMAGETAGS_DATABASE_PROBE_TIMEOUT: "0",
      IMAGETAGS_AUTH: "none",
      IMAGETAGS_TAG_PROFILE: "x",
      IMAGETAGS_TAG_QUOTA: "x",
      IMAGETAGS_IMAGE_PROPERTY_QUOTA: "x",
      IMAGETAGS_IMAGE_MEMBER_QUOTA: "x",
      IMAGETAGS_IMAGE_COUNT_TOTAL: "x",
      IMAGETAGS_IMAGE_SIZE_CAP: "x",
      IMAGETAGS_USER_STORAGE_QUOTA: "x",
      IMAGETAGS_CHANGES_PER_CALLER: "x",
      IMAGETAGS_CHANGES_PER_PROJECT: "0/s",
      IMAGETAGS_EVENTS_KEEP: "x",
      IMAGETAGS_LOG_LEVEL: "x",
      IMAGETAGS_LOG_FORMAT: "x",
      IMAGETAGS_AUDIT: "x",
      IMAGETAGS_TRUSTED_PROXIES: "x",
      IMAGETAGS_CORS_ORIGINS: "x",
      IMAGETAGS_MAX_CONNECTIONS: "0",
      IMAGETAGS_CONSOLE: "x",
      IMAGETAGS_DOCS: "x",
      IMAGETAGS_DRAIN_DELAY: "-1",
      IMAGETAGS_WORKERS: "x",
      IMAGETAGS_LOGLEVEL: "info",
    });
    const named = message.split("\n").map((line) => line.split(" ")[0] ?? "");
    // A file or folder may have any name.
    const checked = NAMES.filter((name) => !/_DIR$|_FILE$|_CONF$/.test(name));
    expect(named.toSorted()).toEqual([...checked, "IMAGETAGS_LOGLEVEL"].toSorted());
  });

  test.each([
    ["IMAGETAGS_", "see --help"],
    ["IMAGETAGS_PORT", "see --help"],
    ["IMAGETAGS___proto__", "see --help"],
    ["IMAGETAGS_TOKENS", "did you mean IMAGETAGS_TOKENS_FILE?"],
    ["IMAGETAGS_LOG_LEVEL_", "did you mean IMAGETAGS_LOG_LEVEL?"],
    ["IMAGETAGS_LOGLEVEL", "did you mean IMAGETAGS_LOG_LEVEL?"],
    ["IMAGETAGS_listen", "did you mean IMAGETAGS_LISTEN?"],
    ["IMAGETAGS_DATABASE", "did you mean IMAGETAGS_DATABASE_URL?"],
    ["IMAGETAGS_TOKEN_FILES", "did you mean IMAGETAGS_TOKENS_FILE?"],
  ])("never take %s, which is none of them, for nothing: %s", (name, hint) => {
    expect(refusal({ [name]: "info" })).toBe(`${name} is not a setting of this server; ${hint}`);
  });

  test("do not mind what Kubernetes makes of a service of this name, nor what the command reads", () => {
    const env = {
      IMAGETAGS_SERVICE_HOST: "10.0.0.7",
      IMAGETAGS_SERVICE_PORT: "9292",
      IMAGETAGS_SERVICE_PORT_HTTP: "9292",
      IMAGETAGS_PORT: "tcp://10.0.0.7:9292",
      IMAGETAGS_PORT_9292_TCP: "tcp://10.0.0.7:9292",
      IMAGETAGS_PORT_9292_TCP_PROTO: "tcp",
      IMAGETAGS_PORT_9292_TCP_PORT: "9292",
      IMAGETAGS_PORT_9292_TCP_ADDR: "10.0.0.7",
      IMAGETAGS_SERVER_SERVICE_HOST: "10.0.0.8",
      IMAGETAGS_SERVER_PORT: "tcp://10.0.0.8:9292",
      IMAGETAGS_ENDPOINT: "http://127.0.0.1:9292",
      IMAGETAGS_TOKEN: "secret",
      IMAGETAGS_TOKEN_FILE: "/run/secrets/token",
    };
    expect(readConfig(env)).toEqual(DEFAULTS);
  });

  test("that are empty are not set, also where they are none", () => {
    const env = Object.fromEntries(SETTINGS.map(({ name }) => [name, ""]));
    expect(readConfig({ ...env, IMAGETAGS_LOGLEVEL: "" })).toEqual(DEFAULTS);
  });

  test.each(["", "\n"])("have the database's URL in a file too, which ends with %j", (end) => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("url"), `mysql://glance:secret@db/glance${end}`);
    expect(readConfig({ IMAGETAGS_DATABASE_URL_FILE: folder.at("url") }).database.location).toMatchObject({
      kind: "mysql",
      password: "secret",
      database: "glance",
    });
  });

  test.each([
    ["both", { IMAGETAGS_DATABASE_URL: SERVER }, "mysql://u:hunter2@db/d", "IMAGETAGS_DATABASE_URL and "],
    ["a file with no URL", {}, "hunter2", "IMAGETAGS_DATABASE_URL_FILE must be sqlite:PATH"],
    ["an empty file", {}, "\n", "IMAGETAGS_DATABASE_URL_FILE names an empty file"],
  ])("refuse %s for it", (_, env, content, mistake) => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("url"), content);
    const told = refusal({ ...env, IMAGETAGS_DATABASE_URL_FILE: folder.at("url") });
    expect(told).toMatch(new RegExp(`^${mistake}[^\n]*$`));
    expect(told).not.toContain("hunter2");
  });

  test("do not mind the names of other programs", () => {
    const env = {
      PATH: "/bin",
      IMAGETAG_LISTEN: "x",
      imagetags_listen: "x",
      MY_IMAGETAGS_AUTH: "x",
      IMAGETAGS: "x",
    };
    expect(readConfig(env)).toEqual(DEFAULTS);
  });

  test("never repeat the password of a database's URL", () => {
    const password = fc.stringMatching(/^[A-Za-z0-9!-~]{6,20}$/);
    const url = fc.oneof(
      password.map((secret) => [`mysql://glance:${secret}@db/glance?no=1`, secret] as const),
      password.map(
        (secret) => [`postgresql+psycopg2://glance:${secret}@[::1]:5432/glance?no=1`, secret] as const,
      ),
      password.map((secret) => [`sqlite::memory:?password=${secret}`, secret] as const),
      password.map((secret) => [secret, secret] as const),
    );
    fc.assert(
      fc.property(url, ([value, secret]) => {
        fc.pre(!refusal({ IMAGETAGS_DATABASE_URL: "mysql://u@h/d?no=1" }).includes(secret));
        fc.pre(!refusal({ IMAGETAGS_DATABASE_URL: "x" }).includes(secret));
        fc.pre(!value.startsWith("sqlite:") || value.startsWith("sqlite::memory:"));
        expect(refusal({ IMAGETAGS_DATABASE_URL: value })).not.toContain(secret);
      }),
    );
  });
});

/** The message of the error that an environment is refused with. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("The settings were taken.");
}
