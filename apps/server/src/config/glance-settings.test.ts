import { writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { readConfig, SETTINGS } from "./config.ts";
import { GLANCE_SETTINGS } from "./glance-settings.ts";

type Env = Readonly<Record<string, string>>;

const BASE = { IMAGETAGS_GLANCE_URL: "http://127.0.0.1:9393", IMAGETAGS_DATABASE_URL: "sqlite:glance.db" };

const read = (env: Env) => readConfig(env).glance;

function refusal(env: Env): string {
  try {
    readConfig(env);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  throw new Error("No mistake was found.");
}

describe("the settings of standing in front of Glance", () => {
  test("have these defaults", () => {
    expect(read(BASE)).toEqual({
      urls: ["http://127.0.0.1:9393"],
      ca: undefined,
      connectTimeout: 3_000,
      timeout: 3_600_000,
    });
    expect(readConfig({}).glance).toBeUndefined();
  });

  test("are all listed, each with a meaning", () => {
    for (const setting of GLANCE_SETTINGS) {
      expect(SETTINGS).toContainEqual(setting);
      expect(setting.meaning).toMatch(/^glance: /);
    }
  });

  test.each<[Env, object]>([
    [
      { IMAGETAGS_GLANCE_URL: "https://a.example.org/image/, http://b:1" },
      { urls: ["https://a.example.org/image", "http://b:1"] },
    ],
    [{ IMAGETAGS_GLANCE_URL: "http://[::1]:9393/" }, { urls: ["http://[::1]:9393"] }],
    [{ IMAGETAGS_GLANCE_TIMEOUT: "21600" }, { timeout: 21_600_000 }],
    [{ IMAGETAGS_GLANCE_CONNECT_TIMEOUT: "0.5" }, { connectTimeout: 500 }],
  ])("%j is %j", (env, expected) => {
    expect(read({ ...BASE, ...env })).toMatchObject(expected);
  });

  test.each<[Env, string]>([
    [{ IMAGETAGS_GLANCE_URL: "glance:9292" }, "must be a URL such as"],
    [{ IMAGETAGS_GLANCE_URL: "http://a:1,," }, "must be a URL such as"],
    [{ IMAGETAGS_GLANCE_URL: "http://user:secret@a:1" }, "must be a URL such as"],
    [{ IMAGETAGS_GLANCE_URL: "http://a:1/v2" }, "must not end with /v2"],
    [{ IMAGETAGS_GLANCE_TIMEOUT: "0" }, "must be from 1 to 86400"],
    [{ IMAGETAGS_GLANCE_CONNECT_TIMEOUT: "x" }, "must be a number of seconds"],
    [{ IMAGETAGS_GLANCE_CACERT: "/etc/hosts" }, "has no meaning without an https URL"],
    [{ IMAGETAGS_DATABASE_URL: "" }, "is missing: in front of Glance it is Glance's own database"],
    [{ IMAGETAGS_IMAGE_SIZE_CAP: "1TB" }, "has no effect with IMAGETAGS_GLANCE_URL"],
    [{ IMAGETAGS_USER_STORAGE_QUOTA: "1TB" }, "has no effect with IMAGETAGS_GLANCE_URL"],
    [{ IMAGETAGS_IMAGE_COUNT_TOTAL: "5" }, "has no effect with IMAGETAGS_GLANCE_URL"],
    [{ IMAGETAGS_IMAGE_PROPERTY_QUOTA: "5" }, "has no effect with IMAGETAGS_GLANCE_URL"],
    [{ IMAGETAGS_IMAGE_MEMBER_QUOTA: "5" }, "has no effect with IMAGETAGS_GLANCE_URL"],
  ])("%j is refused in one line that names it", (env, mistake) => {
    const message = refusal({ ...BASE, ...env });
    expect(message).toContain(mistake);
    expect(message).toMatch(new RegExp(`^${Object.keys(env)[0]}[^\n]*$`));
    expect(message).not.toContain("secret");
  });

  test.each(["IMAGETAGS_GLANCE_CACERT", "IMAGETAGS_GLANCE_TIMEOUT", "IMAGETAGS_GLANCE_CONNECT_TIMEOUT"])(
    "%s alone is refused",
    (name) => {
      expect(refusal({ [name]: "5" })).toBe(`${name} has no meaning without IMAGETAGS_GLANCE_URL`);
    },
  );

  test("name a file of certificates, which is read", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("ca.pem"), "no certificate");
    const env = {
      ...BASE,
      IMAGETAGS_GLANCE_URL: "https://glance",
      IMAGETAGS_GLANCE_CACERT: folder.at("ca.pem"),
    };
    expect(refusal(env)).toMatch(/^IMAGETAGS_GLANCE_CACERT does not begin with a certificate in PEM/);
  });

  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  test.each<readonly [string, string]>([
    ["127.0.0.1:9393", "http://127.0.0.1:9393"],
    ["0.0.0.0:9393", "http://127.0.0.1:9393"],
    ["[::]:9393", "http://localhost:9393/image"],
    ["[::1]:9393", "http://[::1]:9393"],
    ["0.0.0.0:80", "http://localhost"],
    ["0.0.0.0:443", "https://127.0.0.2"],
    ["images.example.org:9393", "http://other:1,http://images.example.org:9393"],
    ...(own === undefined ? [] : [["0.0.0.0:9393", `http://${own}:9393`] as const]),
  ])("listening at %s, %s is refused: it leads back here", (listen, url) => {
    const env = { ...BASE, IMAGETAGS_LISTEN: listen, IMAGETAGS_GLANCE_URL: url };
    expect(refusal(env)).toBe(
      "IMAGETAGS_GLANCE_URL must be that of glance-api: this server listens there itself",
    );
  });

  test.each([
    ["127.0.0.1:9292", "http://127.0.0.1:9393"],
    ["0.0.0.0:9393", "http://glance.example.org:9393"],
    ["127.0.0.1:9393", "http://127.0.0.2:9393"],
  ])("listening at %s, %s is taken", (listen, url) => {
    expect(read({ ...BASE, IMAGETAGS_LISTEN: listen, IMAGETAGS_GLANCE_URL: url })?.urls).toEqual([url]);
  });
});
