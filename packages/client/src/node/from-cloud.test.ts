import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createClient } from "../client.ts";
import { ImageTagsError } from "../errors/errors.ts";
import { removeTag } from "../helpers/remove-tag.ts";
import { catalogWith, PASSWORD, startTestKeystone } from "../testing/test-keystone.ts";
import { rejection, startTestServer } from "../testing/test-server.ts";
import { fromCloud, type CloudOptions } from "./from-cloud.ts";
import { InvalidCloudError } from "./invalid-cloud-error.ts";

/** A folder with these files, and nothing else around it that a cloud could be found in. */
function folderWith(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "imagetags-cloud-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const env = { HOME: folder, XDG_CONFIG_DIRS: join(folder, "none") };
  return { folder, env, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

const cloudOf = (authUrl: string, more = "") => `
clouds:
  mine:
    auth:
      auth_url: ${authUrl}
      username: ci
      password: ${JSON.stringify(PASSWORD)}
      project_name: images
      user_domain_name: Default
      project_domain_id: default
    region_name: RegionOne
    ${more}
`;

test("a client is made of a cloud's name, and its calls work", async () => {
  await using server = await startTestServer();
  await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
  using place = folderWith({ "clouds.yaml": cloudOf(keystone.root) });
  const client = createClient(fromCloud("mine", place));
  expect(await removeTag(client, "i", "t")).toEqual({ outcome: "removed", attempts: 1 });
  expect(server.arrivals).toMatchObject([
    { target: "/v2/images/i/tags/t", headers: { "x-auth-token": "own-token-1" } },
  ]);
  expect(keystone.asked[0]?.body).toEqual({
    auth: {
      identity: {
        methods: ["password"],
        password: { user: { name: "ci", domain: { name: "Default" }, password: PASSWORD } },
      },
      scope: { project: { name: "images", domain: { id: "default" } } },
    },
  });
});

describe("the request for a token is that of", () => {
  const base = { OS_AUTH_URL: "", OS_USERNAME: "u", OS_PASSWORD: "p", OS_USER_DOMAIN_ID: "d" };

  test.each([
    [
      "a user by id and a project by id",
      { OS_USER_ID: "uid", OS_PROJECT_ID: "pid", OS_PASSWORD: "p" },
      {
        identity: { methods: ["password"], password: { user: { id: "uid", password: "p" } } },
        scope: { project: { id: "pid" } },
      },
    ],
    [
      "a default domain",
      { OS_USERNAME: "u", OS_PASSWORD: "p", OS_PROJECT_NAME: "n", OS_DEFAULT_DOMAIN_NAME: "D" },
      {
        identity: {
          methods: ["password"],
          password: { user: { name: "u", domain: { name: "D" }, password: "p" } },
        },
        scope: { project: { name: "n", domain: { name: "D" } } },
      },
    ],
    [
      "a domain scope",
      { ...base, OS_DOMAIN_NAME: "S" },
      {
        identity: {
          methods: ["password"],
          password: { user: { name: "u", domain: { id: "d" }, password: "p" } },
        },
        scope: { domain: { name: "S" } },
      },
    ],
    [
      "a system scope",
      { ...base, OS_SYSTEM_SCOPE: "all" },
      {
        identity: {
          methods: ["password"],
          password: { user: { name: "u", domain: { id: "d" }, password: "p" } },
        },
        scope: { system: { all: true } },
      },
    ],
    [
      "a trust",
      { ...base, OS_TRUST_ID: "t" },
      {
        identity: {
          methods: ["password"],
          password: { user: { name: "u", domain: { id: "d" }, password: "p" } },
        },
        scope: { "OS-TRUST:trust": { id: "t" } },
      },
    ],
    [
      "a token",
      { OS_TOKEN: "old", OS_PROJECT_ID: "pid" },
      {
        identity: { methods: ["token"], token: { id: "old" } },
        scope: { project: { id: "pid" } },
      },
    ],
    [
      "an application credential, whose project is its own",
      { OS_APPLICATION_CREDENTIAL_ID: "a", OS_APPLICATION_CREDENTIAL_SECRET: "s", OS_PROJECT_ID: "pid" },
      {
        identity: { methods: ["application_credential"], application_credential: { id: "a", secret: "s" } },
      },
    ],
    [
      "an application credential by name",
      {
        OS_AUTH_TYPE: "v3applicationcredential",
        OS_APPLICATION_CREDENTIAL_NAME: "a",
        OS_APPLICATION_CREDENTIAL_SECRET: "s",
        OS_USER_ID: "uid",
      },
      {
        identity: {
          methods: ["application_credential"],
          application_credential: { name: "a", user: { id: "uid" }, secret: "s" },
        },
      },
    ],
  ] satisfies [string, Record<string, string>, object][])("%s", async (_, variables, expected) => {
    await using server = await startTestServer();
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    using place = folderWith({});
    const env = { ...place.env, ...variables, OS_AUTH_URL: keystone.root };
    await removeTag(createClient(fromCloud(undefined, { ...place, env })), "i", "t");
    expect(keystone.asked[0]?.body).toEqual({ auth: expected });
  });
});

describe("what is overridden wins,", () => {
  const sent = async (overrides: CloudOptions["overrides"]) => {
    await using server = await startTestServer();
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    using place = folderWith({ "clouds.yaml": cloudOf(keystone.root) });
    await removeTag(createClient(fromCloud("mine", { ...place, ...(overrides && { overrides }) })), "i", "t");
    return (keystone.asked.at(0)?.body as { auth: unknown } | undefined)?.auth;
  };

  test.each([
    ["a project by name", { project_name: "p2" }, { project: { name: "p2", domain: { id: "default" } } }],
    ["a project by id, which makes its name void", { project_id: "pid" }, { project: { id: "pid" } }],
    ["a project's older name", { "tenant-name": "t" }, { project: { name: "t", domain: { id: "default" } } }],
    ["a scope in the project's place", { system_scope: "all" }, { system: { all: true } }],
    [
      "but not what is empty or undefined",
      { project_id: "", project_name: undefined },
      { project: { name: "images", domain: { id: "default" } } },
    ],
  ])("%s", async (_, overrides, scope) => {
    expect(await sent(overrides)).toMatchObject({ scope });
  });

  test("a user by id, which makes the name void", async () => {
    expect(await sent({ user_id: "uid", password: "other" })).toMatchObject({
      identity: { password: { user: { id: "uid", password: "other" } } },
    });
  });

  test("also where nothing else describes the cloud", async () => {
    await using server = await startTestServer();
    await using keystone = await startTestKeystone({ catalog: () => catalogWith(server.endpoint) });
    using place = folderWith({ "clouds.yaml": "clouds: { a: {}, b: {} }" });
    const overrides = { auth_url: keystone.root, user_id: "u", password: "p" };
    await removeTag(createClient(fromCloud(undefined, { ...place, overrides })), "i", "t");
    expect(keystone.asked).toHaveLength(1);
  });
});

describe("the image service is", () => {
  test.each([
    [
      "that of the region that is asked for",
      {},
      "RegionTwo",
      "regions: [RegionOne, RegionTwo]",
      "http://public.two:9292",
    ],
    ["that of the interface", {}, undefined, "interface: internal", "http://internal.one:9292"],
    [
      "that of the image service's own region and interface",
      {},
      undefined,
      "image_region_name: RegionTwo\n    image_endpoint_type: internalURL",
      "http://internal.two:9292",
    ],
    [
      "that of the override",
      {},
      undefined,
      'image_endpoint_override: "http://image.{region_name}/v2"',
      "http://image.regionone",
    ],
    ["that of another type", {}, undefined, "image_service_type: identity", "http://keystone"],
  ])("%s", async (_, overrides, region, more, endpoint) => {
    await using keystone = await startTestKeystone();
    const yaml = cloudOf(keystone.root, more).replace(
      more.startsWith("regions") ? "region_name: RegionOne" : "\0",
      "",
    );
    using place = folderWith({ "clouds.yaml": yaml });
    const { session } = fromCloud("mine", { ...place, region, overrides });
    expect(await session?.endpoint()).toBe(endpoint);
  });

  test("one without Keystone, for the auth_type admin_token", async () => {
    await using server = await startTestServer();
    using place = folderWith({});
    const env = {
      ...place.env,
      OS_AUTH_TYPE: "admin_token",
      OS_ENDPOINT: `${server.endpoint}/v2`,
      OS_TOKEN: "static",
    };
    await removeTag(createClient(fromCloud(undefined, { ...place, env })), "i", "t");
    expect(server.arrivals[0]?.headers["x-auth-token"]).toBe("static");
  });
});

test("api_timeout is the time limit of a call, in milliseconds", () => {
  using place = folderWith({ "clouds.yaml": cloudOf("http://k", "api_timeout: 2.5") });
  expect(fromCloud("mine", place)).toMatchObject({ timeoutMs: 2500 });
});

describe("a cloud that cannot be used is an error that says why, and holds no secret:", () => {
  const secret = `password: ${JSON.stringify(PASSWORD)}`;

  test.each([
    ["no cloud at all", {}, undefined, /neither a clouds\.yaml nor OS_AUTH_URL/],
    [
      "none of the name",
      { "clouds.yaml": cloudOf("http://k") },
      "other",
      /no cloud other\. .*clouds\.yaml has mine/,
    ],
    [
      "a name that every record has",
      { "clouds.yaml": cloudOf("http://k") },
      "constructor",
      /no cloud constructor/,
    ],
    [
      "a cloud of the name that is an object's prototype, without its endpoint",
      { "clouds.yaml": "clouds: {}", "secure.yaml": "clouds: { __proto__: { auth_type: none } }" },
      "__proto__",
      /cloud __proto__ of .* has no/,
    ],
    ["several, and no name", { "clouds.yaml": "clouds: { a: {}, b: {} }" }, undefined, /name one of a, b/],
    ["no YAML", { "clouds.yaml": `clouds:\n  a: [1\n  ${secret}` }, "a", /clouds\.yaml is no YAML: line \d/],
    ["an alias of nothing", { "clouds.yaml": "clouds: { a: *b }" }, "a", /clouds\.yaml is no YAML/],
    ["no JSON", { "clouds.json": `{ "${secret}` }, "a", /clouds\.json is no JSON/],
    ["a list", { "clouds.yaml": "- a" }, "a", /no settings by name/],
    ["clouds in a list", { "clouds.yaml": "clouds: [a]" }, "a", /clouds that are not named/],
    ["a cloud of text", { "clouds.yaml": "clouds: { a: b }" }, "a", /cloud a of .* has no settings/],
    ["no auth_url", { "clouds.yaml": `clouds: { a: { auth: { ${secret} } } }` }, "a", /no auth\.auth_url/],
    [
      "no password",
      { "clouds.yaml": "clouds: { a: { auth: { auth_url: http://k, user_id: u } } }" },
      "a",
      /no auth\.password/,
    ],
    [
      "no domain of the user",
      { "clouds.yaml": `clouds: { a: { auth: { auth_url: http://k, username: u, ${secret} } } }` },
      "a",
      /no auth\.user_domain_name/,
    ],
    [
      "an auth_type of another kind",
      { "clouds.yaml": cloudOf("http://k", "auth_type: v3kerberos") },
      "mine",
      /auth_type v3kerberos/,
    ],
    ["Keystone v2", { "clouds.yaml": cloudOf("http://k/v2.0") }, "mine", /v2\.0; only v3/],
    [
      "a bad interface",
      { "clouds.yaml": cloudOf("http://k", "interface: secret") },
      "mine",
      /interface that is none of/,
    ],
    ["a bad time-out", { "clouds.yaml": cloudOf("http://k", "api_timeout: soon") }, "mine", /api_timeout/],
    [
      "a certificate that is not there",
      { "clouds.yaml": cloudOf("https://k", "cacert: /nowhere/ca.pem") },
      "mine",
      /cacert that cannot be read: \/nowhere\/ca\.pem/,
    ],
    [
      "an unknown name in a URL",
      { "clouds.yaml": cloudOf("http://{nowhere}.k") },
      "mine",
      /no nowhere, which/,
    ],
  ] satisfies [string, Record<string, string>, string | undefined, RegExp][])(
    "%s",
    (_, files, name, message) => {
      using place = folderWith(files);
      let error: unknown;
      try {
        fromCloud(name, place);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(InvalidCloudError);
      expect(error).toBeInstanceOf(ImageTagsError);
      expect(error).toMatchObject({ code: "INVALID_CLOUD", message: expect.stringMatching(message) });
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain("hunter2");
    },
  );

  test("a region that it has not", () => {
    using place = folderWith({ "clouds.yaml": cloudOf("http://k") });
    expect(() => fromCloud("mine", { ...place, region: "Nowhere" })).toThrow(
      /no region Nowhere; it has RegionOne/,
    );
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasOpenssl)("TLS", () => {
  const start = async (folder: string) => {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        ...subject,
        ...files,
      ],
      { stdio: "pipe" },
    );
    const key = readFileSync(join(folder, "key.pem"));
    const cert = readFileSync(join(folder, "cert.pem"));
    const server = createServer({ key, cert }, (_, response) => response.writeHead(204).end());
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The test server has no port.");
    const env = (more: Record<string, string>) => ({
      OS_AUTH_TYPE: "admin_token",
      OS_TOKEN: "t",
      OS_ENDPOINT: `https://localhost:${address.port}`,
      ...more,
    });
    return {
      env,
      [Symbol.asyncDispose]: () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        }),
    };
  };

  test("holds a server to the platform's authorities, to those of cacert, or to none", async () => {
    using place = folderWith({});
    await using server = await start(place.folder);
    const call = (more: Record<string, string>) => {
      const env = { ...place.env, ...server.env(more) };
      const client = createClient({ ...fromCloud(undefined, { ...place, env }), retry: false });
      return client.imageTags.delete({ params: { image_id: "i", tag: "t" } });
    };
    expect(await rejection(call({}))).toMatchObject({ reason: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(await call({ OS_CACERT: join(place.folder, "cert.pem") })).toMatchObject({ status: 204 });
    expect(await call({ OS_INSECURE: "true" })).toMatchObject({ status: 204 });
    expect(await call({ OS_VERIFY: "False" })).toMatchObject({ status: 204 });
  });
});
