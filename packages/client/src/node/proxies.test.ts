import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { InvalidEnvironmentError } from "./invalid-environment-error.ts";
import { proxiesOf } from "./proxies.ts";

const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("../testing/choose-proxies.py", import.meta.url));
const hasRequests = spawnSync(PYTHON, ["-c", "import requests"]).status === 0;

const URLS = [
  "http://image.example.org:9292/v2",
  "https://image.example.org/v2",
  "https://image.example.org:9292/v2",
  "http://10.1.2.3:9292/v2",
  "https://10.1.2.4/v2",
  "http://localhost/v2",
  "http://[::1]:9292/v2",
];
const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [
  {},
  { HTTP_PROXY: "http://one:1" },
  { http_proxy: "http://small:1", HTTP_PROXY: "http://capital:1" },
  { http_proxy: "", HTTP_PROXY: "http://capital:1" },
  { https_proxy: "http://two:2" },
  { ALL_PROXY: "http://all:3" },
  { ALL_PROXY: "http://all:3", http_proxy: "http://one:1" },
  { HTTP_PROXY: "http://one:1", REQUEST_METHOD: "GET" },
  { http_proxy: "http://one:1", REQUEST_METHOD: "GET" },
  ...[
    "*",
    "example.org",
    ".example.org",
    "IMAGE.example.org",
    "image.example.org:9292",
    "image.example.org:1",
    "ample.org",
    "10.1.2.3",
    "10.1.0.0/16",
    "10.1.2.3/32",
    "10.1.2.3/33",
    "0.0.0.0/0",
    "10.1",
    "localhost, 10.1.2.4 , example.org",
    "::1",
    ",,",
  ].map((no_proxy) => ({ ALL_PROXY: "http://all:3", no_proxy })),
  { ALL_PROXY: "http://all:3", no_proxy: "", NO_PROXY: "example.org" },
];

const CASES = ENVIRONMENTS.flatMap((env) => URLS.map((url) => ({ env, url })));

test.skipIf(!hasRequests)("a request takes the proxy that Python's requests gives it", () => {
  const { stdout, stderr } = spawnSync(PYTHON, [SCRIPT], { input: JSON.stringify(CASES), encoding: "utf8" });
  expect(stderr).toBe("");
  const theirs = stdout
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  const ours = CASES.map(({ env, url }) => proxiesOf(env)?.(url)?.url ?? null);
  const described = (chosen: readonly unknown[]) =>
    CASES.map(({ env, url }, index) => `${JSON.stringify(env)} ${url}: ${String(chosen[index])}`);
  expect(described(ours)).toEqual(described(theirs));
});

test("shows a proxy without its user, and proves who asks", () => {
  const proxy = proxiesOf({ https_proxy: "http://me:s%40cret@proxy:3128/" })?.("https://image");
  expect(proxy).toEqual({
    url: "http://proxy:3128",
    authorization: `Basic ${Buffer.from("me:s@cret").toString("base64")}`,
  });
});

test("takes a proxy without a scheme for one by http, and SOCKS in both spellings", () => {
  const url = (https_proxy: string) => proxiesOf({ https_proxy })?.("https://image")?.url;
  expect(["proxy:3128", "127.0.0.1:8080", "socks5://s:1080", "socks5h://s:1080"].map(url)).toEqual([
    "http://proxy:3128",
    "http://127.0.0.1:8080",
    "socks5://s:1080",
    "socks5://s:1080",
  ]);
});

test.each(["http://", "http://me:secret@:1:2", "ftp://me:secret@proxy:21", "http://%ff:secret@proxy"])(
  "refuses %s for a proxy, and shows no password",
  (https_proxy) => {
    const refused = () => proxiesOf({ https_proxy });
    expect(refused).toThrow(InvalidEnvironmentError);
    expect(refused).toThrow(/^The variable https_proxy (?!.*secret)/);
  },
);
