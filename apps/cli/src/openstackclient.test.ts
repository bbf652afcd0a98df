import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { IS_WHOLE } from "@imagetags/testing/test-matrix";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "./testing/cli-process.ts";

const SCRIPT = fileURLToPath(new URL("testing/run-openstack.py", import.meta.url));
const PYTHON = "/usr/bin/python3";
/** To find it takes a tenth of the time that it takes to load it. */
const FINDS_OPENSTACK =
  "import importlib.util, sys; sys.exit(not importlib.util.find_spec('openstackclient'))";
const hasOpenstack = () => spawnSync(PYTHON, ["-c", FINDS_OPENSTACK]).status === 0;

const USER = { OS_USERNAME: "u", OS_PASSWORD: "p" };
const PROJECT = { ...USER, OS_PROJECT_NAME: "x" };
const CLOUD = { OS_CLOUD: "mine" };
const APPLICATION = {
  OS_AUTH_TYPE: "v3applicationcredential",
  OS_APPLICATION_CREDENTIAL_SECRET: "s",
};

/** Environments in which both ask the same of Keystone, and then the same image service. */
const SAME: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no domain at all": PROJECT,
  OS_DEFAULT_DOMAIN: { ...PROJECT, OS_DEFAULT_DOMAIN: "dd" },
  "OS_DEFAULT_DOMAIN, of the user alone": {
    ...PROJECT,
    OS_DEFAULT_DOMAIN: "dd",
    OS_PROJECT_DOMAIN_NAME: "PD",
  },
  "OS_DEFAULT_DOMAIN, of the project alone": { ...PROJECT, OS_DEFAULT_DOMAIN: "dd", OS_USER_DOMAIN_ID: "ud" },
  OS_USER_DOMAIN_NAME: { ...PROJECT, OS_USER_DOMAIN_NAME: "UD", OS_PROJECT_DOMAIN_ID: "pd" },
  OS_SYSTEM_SCOPE: { ...USER, OS_SYSTEM_SCOPE: "all" },
  OS_DOMAIN_NAME: { ...USER, OS_DOMAIN_NAME: "D" },
  OS_DOMAIN_ID: { ...USER, OS_DOMAIN_ID: "d" },
  OS_TRUST_ID: { ...USER, OS_TRUST_ID: "t" },
  OS_TENANT_NAME: { ...USER, OS_TENANT_NAME: "x" },
  OS_TENANT_ID: { ...USER, OS_TENANT_ID: "x" },
  "OS_PROJECT_ID before OS_PROJECT_NAME": { ...PROJECT, OS_PROJECT_ID: "i" },
  OS_USER_ID: { OS_USER_ID: "ui", OS_PASSWORD: "p", OS_PROJECT_ID: "i" },
  "no scope": USER,
  "variables that are empty": { ...PROJECT, OS_PROJECT_ID: "", OS_USER_DOMAIN_NAME: "" },
  OS_TOKEN: { OS_AUTH_TYPE: "v3token", OS_TOKEN: "t", OS_PROJECT_NAME: "x", OS_PROJECT_DOMAIN_ID: "d" },
  OS_APPLICATION_CREDENTIAL_ID: { ...APPLICATION, OS_APPLICATION_CREDENTIAL_ID: "a" },
  OS_APPLICATION_CREDENTIAL_NAME: {
    ...APPLICATION,
    OS_APPLICATION_CREDENTIAL_NAME: "a",
    OS_USERNAME: "u",
    OS_USER_DOMAIN_NAME: "UD",
  },
  OS_REGION_NAME: { ...PROJECT, OS_REGION_NAME: "R2" },
  OS_INTERFACE: { ...PROJECT, OS_INTERFACE: "internal" },
  OS_CLOUD: CLOUD,
  "OS_CLOUD with OS_PROJECT_NAME, which the cloud has": { ...CLOUD, OS_PROJECT_NAME: "other" },
  "OS_CLOUD with OS_SYSTEM_SCOPE, which a project goes before": { ...CLOUD, OS_SYSTEM_SCOPE: "all" },
  "OS_CLOUD with OS_DEFAULT_DOMAIN": { ...CLOUD, OS_DEFAULT_DOMAIN: "dd" },
  "OS_CLOUD with OS_INTERFACE": { ...CLOUD, OS_INTERFACE: "internal" },
  "OS_CLOUD with OS_REGION_NAME": { OS_CLOUD: "anywhere", OS_REGION_NAME: "R2" },
  "OS_CLOUD of a cloud without a password, and OS_PASSWORD": { OS_CLOUD: "open", OS_PASSWORD: "p" },
  "OS_CLOUD of a cloud without a project, and OS_PROJECT_NAME": {
    OS_CLOUD: "open",
    OS_PASSWORD: "p",
    OS_PROJECT_NAME: "x",
  },
};

/** Where a cloud is named, variables do not take its user or project from it, which openstackclient lets them. */
const KEPT = {
  OS_USERNAME: { ...CLOUD, OS_USERNAME: "other" },
  OS_PASSWORD: { ...CLOUD, OS_PASSWORD: "other" },
  OS_PROJECT_ID: { ...CLOUD, OS_PROJECT_ID: "other" },
};

/** Versions of other services' APIs, one for each plugin that is installed, and of ours, of which there is one. */
const API_VERSION = /^OS_[A-Z_]+_API_VERSION$/;

/** What else `openstack --help` names and this command does not read. */
const NOT_READ = new Set([
  // Other ways to authenticate: EC2, federation, several methods at once, TOTP.
  "OS_ACCESS_KEY",
  "OS_ACCESS_SECRET",
  "OS_ACCESS_TOKEN",
  "OS_ACCESS_TOKEN_ENDPOINT",
  "OS_ACCESS_TOKEN_TYPE",
  "OS_CLIENT_ID",
  "OS_CLIENT_SECRET",
  "OS_CONSUMER_KEY",
  "OS_CONSUMER_SECRET",
  "OS_IDENTITY_PROVIDER",
  "OS_IDENTITY_PROVIDER_URL",
  "OS_REDIRECT_URI",
  "OS_SERVICE_PROVIDER_ENDPOINT",
  "OS_AUTH_METHODS",
  "OS_CODE",
  "OS_DISCOVERY_ENDPOINT",
  "OS_OPENID_SCOPE",
  "OS_PASSCODE",
  "OS_PROTOCOL",
  "OS_SERVICE_PROVIDER_ENTITY_ID",
]);
/** What other tests hold: certificates and a service without Keystone (packages/client, from-cloud.test.ts). */
const READ_ELSEWHERE = [
  "OS_AUTH_URL",
  "OS_CACERT",
  "OS_CERT",
  "OS_KEY",
  "OS_ENDPOINT",
  // They go before OS_DEFAULT_DOMAIN, of which openstackclient assumes `default` and passes them over.
  "OS_DEFAULT_DOMAIN_ID",
  "OS_DEFAULT_DOMAIN_NAME",
];

// In CI alone: openstackclient takes ten seconds of computing for it.
describe.skipIf(!IS_WHOLE || !hasOpenstack())(
  "the environment means what it means to openstackclient:",
  () => {
    const asked = new Map<string, string[]>();
    const keystone = createServer((request, response) => void answer(request, response));
    const folder = temporaryFolder();
    let url: string;

    beforeAll(async () => {
      keystone.listen(0, "127.0.0.1");
      await once(keystone, "listening");
      // The address of a TCP server is always one.
      url = `http://127.0.0.1:${(keystone.address() as AddressInfo).port}`;
      const cases = Object.values(SAME).map((env, index) => {
        writeClouds("theirs", index);
        return { folder: folder.path, env: surroundings("theirs", index, env) };
      });
      const python = spawn(PYTHON, [SCRIPT], { stdio: ["pipe", "ignore", "inherit"] });
      python.stdin.end(JSON.stringify(cases));
      await once(python, "close");
    }, 300_000);
    afterAll(async () => {
      keystone.close();
      keystone.closeAllConnections();
      await once(keystone, "close");
      folder[Symbol.dispose]();
    });

    test.each(Object.entries(SAME).map(([what, env], index) => [what, env, index] as const))(
      "%s",
      async (_, env, index) => {
        writeClouds("ours", index);
        const { code, stderr } = await runCli(["list"], {
          cwd: folder.path,
          env: surroundings("ours", index, env),
        });
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(asked.get(`ours-${index}`)).toEqual(asked.get(`theirs-${index}`));
        expect(asked.get(`ours-${index}`)).toHaveLength(2);
      },
    );

    test.each(Object.entries(KEPT))("%s leaves a cloud that is named its own", async (what, env) => {
      writeClouds(what, 0);
      expect((await runCli(["list"], { cwd: folder.path, env: surroundings(what, 0, env) })).code).toBe(0);
      expect(asked.get(`${what}-0`)?.join()).not.toContain("other");
    });

    test("every variable of `openstack --help` is read, or known not to be", () => {
      const { stdout } = spawnSync("openstack", ["--help"], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
      });
      const told = new Set(Array.from(stdout.matchAll(/Env:\s+(OS_[A-Z_0-9]+)/g), ([, name = ""]) => name));
      expect(told.size).toBeGreaterThan(20);
      const read = new Set([
        ...READ_ELSEWHERE,
        "OS_AUTH_TYPE",
        ...Object.values(SAME).flatMap((env) => Object.keys(env)),
      ]);
      const isKnown = (name: string) => read.has(name) || NOT_READ.has(name) || API_VERSION.test(name);
      expect([...told].filter((name) => !isKnown(name))).toEqual([]);
    });

    function surroundings(who: string, index: number, env: Readonly<Record<string, string>>) {
      const auth = env["OS_CLOUD"] === undefined ? { OS_AUTH_URL: `${url}/${who}-${index}/v3` } : {};
      // Without it, openstackclient leaves out domains, and Keystone refuses.
      return {
        PATH: process.env["PATH"],
        HOME: "/nonexistent",
        OS_CLIENT_CONFIG_FILE: folder.at(`${who}-${index}.yaml`),
        OS_IDENTITY_API_VERSION: "3",
        ...auth,
        ...env,
      };
    }

    function writeClouds(who: string, index: number): void {
      const auth = { auth_url: `${url}/${who}-${index}/v3`, username: "cu", user_domain_name: "CU" };
      const project = { project_name: "cpr", project_domain_name: "CP" };
      const mine = { auth: { ...auth, ...project, password: "cp" } };
      const clouds = { mine: { ...mine, region_name: "R2" }, anywhere: mine, open: { auth } };
      // JSON is YAML.
      writeFileSync(folder.at(`${who}-${index}.yaml`), JSON.stringify({ clouds }));
    }

    /** Keystone and image service in one: what is asked for is remembered by the first part of the path. */
    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const [, name = "", ...path] = (request.url ?? "").split(/[/?]/);
      const remember = (what: string) => asked.set(name, [...(asked.get(name) ?? []), what]);
      response.setHeader("Content-Type", "application/json");
      const reply = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
      if (request.method === "POST") {
        const { auth } = JSON.parse(await text(request));
        remember(sorted(auth));
        response.setHeader("X-Subject-Token", "token");
        return void reply(201, { token: tokenFor(`${url}/${name}`) });
      }
      if (path.includes("images")) {
        remember(`${path.slice(0, 3).join("/")} ${String(request.headers["x-auth-token"])}`);
        return void reply(200, { images: [], schema: "/v2/schemas/images", first: "/v2/images" });
      }
      const link = (place: string) => [{ rel: "self", href: `${url}/${name}/${place}` }];
      if (path[0] === "v3")
        return void reply(200, { version: { id: "v3.14", status: "stable", links: link("v3/") } });
      reply(200, { versions: [{ id: "v2.9", status: "CURRENT", links: link(`${path[0] ?? ""}/v2/`) }] });
    }
  },
);

function tokenFor(url: string): object {
  const domain = { id: "d", name: "d" };
  const endpoints = ["R1", "R2"].flatMap((region) =>
    ["public", "internal", "admin"].map((kind) => ({
      id: `${region}-${kind}`,
      region,
      region_id: region,
      interface: kind,
      url: `${url}/${region}-${kind}`,
    })),
  );
  return {
    methods: ["password"],
    user: { id: "u", name: "u", domain },
    project: { id: "p", name: "p", domain },
    roles: [],
    issued_at: "2026-01-01T00:00:00.000000Z",
    expires_at: "2036-01-01T00:00:00.000000Z",
    catalog: [{ type: "image", name: "glance", id: "s", endpoints }],
  };
}

/** JSON with its members in one order; an empty scope is none. */
function sorted(value: unknown): string {
  const order = (part: unknown): unknown =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part)
            .filter(([name, member]) => name !== "scope" || JSON.stringify(member) !== "{}")
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, member]) => [name, order(member)]),
        )
      : part;
  return JSON.stringify(order(value));
}
