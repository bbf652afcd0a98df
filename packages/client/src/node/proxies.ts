import { InvalidEnvironmentError } from "./invalid-environment-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy: where it is, and what proves to it who asks. */
export interface Proxy {
  /** Without user and password, so that it can be shown. */
  readonly url: string;
  /** The value of `Proxy-Authorization`. */
  readonly authorization: string | undefined;
}

/** Which proxy a request takes; `undefined` when it goes straight to its server. */
export type ProxyChoice = (url: string) => Proxy | undefined;

const SCHEMES = new Set(["http:", "https:", "socks5:"]);

/**
 * The proxies that the environment names, as Python's requests reads them: `http_proxy`, `https_proxy`, `all_proxy` and
 * `no_proxy`, in small letters or capitals, of which the small ones win; `undefined` when there are none.
 * Sources: CPython, Lib/urllib/request.py, `getproxies_environment` and `proxy_bypass_environment`; requests,
 * requests/utils.py, `should_bypass_proxies` and `select_proxy`.
 *
 * @throws {InvalidEnvironmentError} when one is no proxy's address
 */
export function proxiesOf(env: Environment): ProxyChoice | undefined {
  const http = proxyOf(env, "http") ?? proxyOf(env, "all");
  const https = proxyOf(env, "https") ?? proxyOf(env, "all");
  if (http === undefined && https === undefined) return undefined;
  const exceptions = env["no_proxy"] || env["NO_PROXY"] || "";
  return (url) => {
    const target = new URL(url);
    if (isExcepted(target, exceptions)) return undefined;
    return target.protocol === "https:" ? https : http;
  };
}

function proxyOf(env: Environment, scheme: "http" | "https" | "all"): Proxy | undefined {
  const given = namedBy(env, `${scheme}_proxy`);
  // In a CGI program HTTP_PROXY is what a client sent as the header Proxy.
  if (given === undefined || (given.name === "HTTP_PROXY" && env["REQUEST_METHOD"] !== undefined))
    return undefined;
  const text = given.value.includes("://") ? given.value : `http://${given.value}`;
  // SOCKS leaves names to the proxy in both of its spellings here.
  const url = URL.parse(text.replace(/^socks5h:/i, "socks5:"));
  if (url === null || url.hostname === "") {
    throw new InvalidEnvironmentError(
      given.name,
      "is no address of a proxy, such as http://proxy.example.org:3128.",
    );
  }
  if (!SCHEMES.has(url.protocol)) {
    throw new InvalidEnvironmentError(
      given.name,
      `names a proxy by ${url.protocol}//; there are http, https, socks5 and socks5h.`,
    );
  }
  const { username, password } = url;
  const hasUser = username !== "" || password !== "";
  return {
    url: `${url.protocol}//${url.host}`,
    authorization: hasUser ? basic(given.name, username, password) : undefined,
  };
}

/** The value of a variable, by its small letters before its capitals; an empty one in small letters makes both void. */
function namedBy(
  env: Environment,
  name: string,
): { readonly name: string; readonly value: string } | undefined {
  for (const spelling of [name, name.toUpperCase()]) {
    const value = env[spelling]?.trim();
    if (value !== undefined) return value === "" ? undefined : { name: spelling, value };
  }
  return undefined;
}

function basic(name: string, username: string, password: string): string {
  try {
    const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(plain).toString("base64")}`;
  } catch {
    throw new InvalidEnvironmentError(name, "has a user or a password whose percent-encoding is broken.");
  }
}

function isExcepted(target: URL, exceptions: string): boolean {
  const host = target.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const hostAndPort = target.port === "" ? host : `${host}:${target.port}`;
  const address = addressOf(host);
  return exceptions
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .some((name) => {
      if (name === "*" || name === host) return true;
      if (address !== undefined) return isWithin(address, name);
      return host.endsWith(name) || hostAndPort.endsWith(name);
    });
}

/** The number of an IPv4 address. */
function addressOf(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

function isWithin(address: number, network: string): boolean {
  const [base = "", length = ""] = network.split("/");
  const start = addressOf(base);
  const bits = Number(length);
  if (start === undefined || !/^\d{1,2}$/.test(length) || bits < 1 || bits > 32) return false;
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(start / size);
}
