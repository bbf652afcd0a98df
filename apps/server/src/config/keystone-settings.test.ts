import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig, SETTINGS } from "./config.ts";
import { KEYSTONE_SETTINGS } from "./keystone-settings.ts";

type Env = Readonly<Record<string, string>>;

const BASE = { IMAGETAGS_AUTH: "keystone", OS_AUTH_URL: "https://identity.example.org/v3" };
const PASSWORD = { ...BASE, OS_USERNAME: "imagetags", OS_PASSWORD: "hunter2", OS_PROJECT_NAME: "service" };
const APPLICATION = {
  ...BASE,
  OS_APPLICATION_CREDENTIAL_ID: "abc",
  OS_APPLICATION_CREDENTIAL_SECRET: "hunter2",
};

const read = (env: Env) => readConfig(env).keystone;
const credentials = (env: Env) => read(env)?.credentials;

/** The mistakes that are told, a line for each. */
function mistakes(env: Env): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n");
  }
  throw new Error("No mistake was found.");
}

describe("the settings of Keystone", () => {
  test("have these defaults", () => {
    expect(read(PASSWORD)).toEqual({
      authUrl: "https://identity.example.org/v3",
      credentials: {
        kind: "password",
        user: { name: "imagetags", domain: { id: "default" } },
        password: "hunter2",
        scope: { project: { name: "service", domain: { id: "default" } } },
      },
      ca: undefined,
      connectTimeout: 3_000,
      timeout: 10_000,
      cacheLifetime: 300_000,
      serviceTokenRoles: ["service"],
      wwwAuthenticateUri: "https://identity.example.org/v3",
    });
  });

  test.each(KEYSTONE_SETTINGS.filter(({ name }) => name.startsWith("IMAGETAGS_")).slice(1))(
    "$name given as its documented default, $default, says the same as nothing",
    ({ name, default: value }) => {
      expect(read({ ...PASSWORD, [name]: value })).toEqual(read(PASSWORD));
    },
  );

  test("are all listed, each with a meaning", () => {
    for (const setting of KEYSTONE_SETTINGS) {
      expect(SETTINGS).toContainEqual(setting);
      expect(setting.meaning).toMatch(/^keystone: /);
      expect(setting.default).not.toBe("");
    }
  });

  test("of this server alone are checked while callers are known by static tokens too", () => {
    expect(mistakes({ IMAGETAGS_KEYSTONE_TIMEOUT: "soon" })).toEqual([
      expect.stringMatching(/^IMAGETAGS_KEYSTONE_TIMEOUT must be a number of seconds/),
    ]);
  });

  test("that OpenStack's clients read too count for nothing while callers are known by static tokens", () => {
    expect(readConfig({ ...PASSWORD, IMAGETAGS_AUTH: "static", OS_SYSTEM_SCOPE: "some" })).toMatchObject({
      auth: "static",
      keystone: undefined,
    });
  });

  test.each<[Env, object]>([
    [{ OS_AUTH_URL: "http://10.0.0.1:5000/" }, { authUrl: "http://10.0.0.1:5000" }],
    [
      { OS_AUTH_URL: "https://cloud.example.org/identity/v3/" },
      { authUrl: "https://cloud.example.org/identity/v3" },
    ],
    [
      { IMAGETAGS_WWW_AUTHENTICATE_URI: "https://public.example.org/" },
      { wwwAuthenticateUri: "https://public.example.org" },
    ],
    [{ IMAGETAGS_TOKEN_CACHE_SECONDS: "0" }, { cacheLifetime: 0 }],
    [{ IMAGETAGS_TOKEN_CACHE_SECONDS: "86400" }, { cacheLifetime: 86_400_000 }],
    [{ IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "0.5" }, { connectTimeout: 500 }],
    [{ IMAGETAGS_KEYSTONE_TIMEOUT: "30" }, { timeout: 30_000 }],
    [{ IMAGETAGS_LIMITS_ENDPOINT_ID: "5b3a6c0e" }, { limitsEndpointId: "5b3a6c0e" }],
    [{ IMAGETAGS_LIMITS_ENDPOINT_ID: "none" }, { limitsEndpointId: undefined }],
    [{ IMAGETAGS_SERVICE_TOKEN_ROLES: "Service,broker" }, { serviceTokenRoles: ["service", "broker"] }],
  ])("%j is %j", (env, expected) => {
    expect(read({ ...PASSWORD, ...env })).toMatchObject(expected);
  });

  test.each<[Env, string]>([
    [{ OS_AUTH_URL: "identity.example.org" }, "OS_AUTH_URL must be a URL such as "],
    [{ OS_AUTH_URL: 'http://identity/v3"' }, "OS_AUTH_URL must be a URL such as "],
    [{ OS_AUTH_URL: "http://user:hunter2@identity/v3" }, "OS_AUTH_URL must be a URL such as "],
    [{ OS_AUTH_URL: "https://identity.example.org/v2.0" }, "OS_AUTH_URL must be of version 3"],
    [
      { OS_AUTH_URL: "https://identity.example.org/v3/auth/tokens" },
      "OS_AUTH_URL must end with /v3 or before it",
    ],
    [{ OS_AUTH_URL: "" }, "OS_AUTH_URL is missing"],
    [{ OS_AUTH_TYPE: "v3oidcpassword" }, "OS_AUTH_TYPE must be one of: "],
    [{ OS_USERNAME: "" }, "OS_USERNAME is missing, or OS_USER_ID"],
    [{ OS_PASSWORD: "" }, "OS_PASSWORD is missing, or OS_PASSWORD_FILE"],
    [{ OS_PASSWORD_FILE: "/etc/secret" }, "OS_PASSWORD and OS_PASSWORD_FILE are both given"],
    [{ OS_PASSWORD: "", OS_PASSWORD_FILE: "/nowhere/secret" }, "OS_PASSWORD_FILE cannot be read: ENOENT"],
    [{ OS_PASSWORD: "", OS_PASSWORD_FILE: "/dev/null" }, "OS_PASSWORD_FILE names an empty file"],
    [{ OS_PROJECT_NAME: "" }, "OS_PROJECT_NAME is missing, or OS_PROJECT_ID"],
    [{ OS_SYSTEM_SCOPE: "some" }, "OS_SYSTEM_SCOPE must be all"],
    [{ OS_CACERT: "/nowhere/ca.pem" }, "OS_CACERT cannot be read: ENOENT"],
    [{ OS_CACERT: "/dev/null" }, "OS_CACERT does not begin with a certificate in PEM: "],
    [
      { OS_AUTH_TYPE: "v3applicationcredential", OS_APPLICATION_CREDENTIAL_SECRET: "x" },
      "OS_APPLICATION_CREDENTIAL_ID is missing",
    ],
    [
      { OS_APPLICATION_CREDENTIAL_ID: "abc" },
      "OS_APPLICATION_CREDENTIAL_SECRET is missing, or OS_APPLICATION_CREDENTIAL_SECRET_FILE",
    ],
    [{ IMAGETAGS_TOKEN_CACHE_SECONDS: "-1" }, "IMAGETAGS_TOKEN_CACHE_SECONDS must be a number of seconds"],
    [
      { IMAGETAGS_TOKEN_CACHE_SECONDS: "86401" },
      "IMAGETAGS_TOKEN_CACHE_SECONDS must be from 0 to 86400 seconds",
    ],
    [{ IMAGETAGS_KEYSTONE_TIMEOUT: "0" }, "IMAGETAGS_KEYSTONE_TIMEOUT must be from 0.001 to 300 seconds"],
    [
      { IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT: "fast" },
      "IMAGETAGS_KEYSTONE_CONNECT_TIMEOUT must be a number of seconds",
    ],
    [{ IMAGETAGS_LIMITS_ENDPOINT_ID: "a/b" }, "IMAGETAGS_LIMITS_ENDPOINT_ID must be the id of an endpoint"],
    [{ IMAGETAGS_SERVICE_TOKEN_ROLES: "a, b" }, "IMAGETAGS_SERVICE_TOKEN_ROLES must be role names"],
    [{ IMAGETAGS_WWW_AUTHENTICATE_URI: "here" }, "IMAGETAGS_WWW_AUTHENTICATE_URI must be a URL such as "],
  ])("%j is told as a mistake: %s", (env, mistake) => {
    const told = mistakes({ ...PASSWORD, ...env });
    expect(told).toEqual([expect.stringContaining(mistake)]);
    expect(told.join("")).not.toContain("hunter2");
  });

  test("that are missing are told all at once, a line for each", () => {
    expect(mistakes({ IMAGETAGS_AUTH: "keystone", IMAGETAGS_TAG_QUOTA: "many" })).toEqual([
      expect.stringMatching(/^IMAGETAGS_TAG_QUOTA /),
      expect.stringMatching(/^OS_AUTH_URL /),
      expect.stringMatching(/^OS_USERNAME /),
      expect.stringMatching(/^OS_PASSWORD /),
      expect.stringMatching(/^OS_PROJECT_NAME /),
    ]);
  });
});

describe("the server's own credentials", () => {
  test.each<[Env, object]>([
    [{ OS_USER_ID: "u1" }, { user: { id: "u1" } }],
    [{ OS_USER_DOMAIN_ID: "d1" }, { user: { name: "imagetags", domain: { id: "d1" } } }],
    [{ OS_USER_DOMAIN_NAME: "Cloud" }, { user: { name: "imagetags", domain: { name: "Cloud" } } }],
    [
      { OS_USER_DOMAIN_NAME: "Cloud", OS_USER_DOMAIN_ID: "d1" },
      { user: { name: "imagetags", domain: { id: "d1" } } },
    ],
    [{ OS_PROJECT_ID: "p1" }, { scope: { project: { id: "p1" } } }],
    [{ OS_PROJECT_DOMAIN_ID: "d1" }, { scope: { project: { name: "service", domain: { id: "d1" } } } }],
    [
      { OS_PROJECT_DOMAIN_NAME: "Cloud" },
      { scope: { project: { name: "service", domain: { name: "Cloud" } } } },
    ],
    [
      { OS_DEFAULT_DOMAIN: "d1" },
      {
        user: { name: "imagetags", domain: { id: "d1" } },
        scope: { project: { name: "service", domain: { id: "d1" } } },
      },
    ],
    [{ OS_SYSTEM_SCOPE: "all", OS_PROJECT_NAME: "" }, { scope: { system: { all: true } } }],
    [{ OS_AUTH_TYPE: "v3password", OS_APPLICATION_CREDENTIAL_ID: "abc" }, { kind: "password" }],
  ])("with %j are %j", (env, expected) => {
    expect(credentials({ ...PASSWORD, ...env })).toMatchObject(expected);
  });

  test("may be an application credential", () => {
    expect(credentials(APPLICATION)).toEqual({
      kind: "application-credential",
      id: "abc",
      secret: "hunter2",
    });
  });

  test.each(["hunter2", "hunter2\n", "hunter2\r\n"])("may be in a file, which holds %j", (content) => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("secret"), content);
    expect(
      credentials({ ...PASSWORD, OS_PASSWORD: "", OS_PASSWORD_FILE: folder.at("secret") }),
    ).toMatchObject({ password: "hunter2" });
    expect(
      credentials({
        ...APPLICATION,
        OS_APPLICATION_CREDENTIAL_SECRET: "",
        OS_APPLICATION_CREDENTIAL_SECRET_FILE: folder.at("secret"),
      }),
    ).toMatchObject({ secret: "hunter2" });
  });
});
