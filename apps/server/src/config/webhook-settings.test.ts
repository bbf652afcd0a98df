import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";
import { WEBHOOK_SETTINGS } from "./webhook-settings.ts";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const GOOD = { name: "inventory", url: "https://inventory.example.org/hooks?key=k3y", secret: SECRET };

/** Reads a file of webhooks; JSON is YAML. */
function read(
  content: unknown,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
) {
  using folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(folder.at(name), text);
  const path = folder.at("webhooks.yaml");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readConfig({ IMAGETAGS_WEBHOOKS_FILE: path, ...env });
}

function mistake(...args: Parameters<typeof read>): string {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It is taken.");
}

describe("a file of webhooks", () => {
  test("names who is told, in the outbox too", () => {
    const { notify, database } = read({ webhooks: [GOOD] }, { IMAGETAGS_NOTIFY_URL: "rabbit://mq" });
    expect(database.destinations).toEqual(["rabbitmq", "inventory"]);
    expect(notify.webhooks?.webhooks).toMatchObject([
      { name: "inventory", url: GOOD.url, secrets: [Buffer.from(SECRET.slice(6), "base64")], ca: undefined },
    ]);
    expect(notify.webhooks?.keep).toBe(3 * 24 * 3_600_000);
  });

  test("says of what a receiver is told", () => {
    const filters = { tags: ["release-*", "production"], projects: ["alpha"], actions: ["removed"] };
    const { notify } = read({
      webhooks: [
        { ...GOOD, ...filters },
        { ...GOOD, name: "all" },
      ],
    });
    const [some, all] = notify.webhooks?.webhooks ?? [];
    const event = { tag: "release-1", owner: "alpha", action: "removed" } as const;
    expect(some?.wants(event)).toBe(true);
    expect(some?.wants({ ...event, tag: "production" })).toBe(true);
    expect(some?.wants({ ...event, tag: "prerelease-1" })).toBe(false);
    expect(some?.wants({ ...event, owner: "beta" })).toBe(false);
    expect(some?.wants({ ...event, owner: null })).toBe(false);
    expect(some?.wants({ ...event, action: "added" })).toBe(false);
    expect(all?.wants({ tag: "x", owner: null, action: "added" })).toBe(true);
  });

  test("has secrets in files beside it, and two while one takes the place of the other", () => {
    const { secret: _, ...rest } = GOOD;
    const two = `${SECRET}\nwhsec_${randomBytes(24).toString("base64")}\n`;
    const { notify } = read({ webhooks: [{ ...rest, secret_file: "secret" }] }, {}, { secret: two });
    expect(notify.webhooks?.webhooks[0]?.secrets).toHaveLength(2);
  });

  const { secret: _, ...noSecret } = GOOD;
  test.each<[string, unknown, string]>([
    ["no list", {}, "webhooks: "],
    ["an empty list", { webhooks: [] }, "webhooks: must not be empty"],
    [
      "too many",
      { webhooks: Array.from({ length: 51 }, (__, at) => ({ ...GOOD, name: `n${at}` })) },
      "at most 50",
    ],
    ["a list of its own", [GOOD], ""],
    ["a text", SECRET, ""],
    ["no name", { webhooks: [{ ...GOOD, name: undefined }] }, "webhooks.0.name: "],
    ["a name with a space", { webhooks: [{ ...GOOD, name: "a b" }] }, "webhooks.0.name: must be at most 40"],
    [
      "RabbitMQ's name",
      { webhooks: [{ ...GOOD, name: "rabbitmq" }] },
      "webhooks.0.name: must not be rabbitmq",
    ],
    ["a name twice", { webhooks: [GOOD, GOOD] }, "webhooks.1.name: another is called so"],
    [
      "another scheme",
      { webhooks: [{ ...GOOD, url: "ftp://example.org/s3cret" }] },
      "webhooks.0.url: must be a URL",
    ],
    [
      "a user in the URL",
      { webhooks: [{ ...GOOD, url: "https://u:s3cret@example.org" }] },
      "webhooks.0.url: must be",
    ],
    [
      "a fragment",
      { webhooks: [{ ...GOOD, url: "https://example.org/#s3cret" }] },
      "webhooks.0.url: must be a URL",
    ],
    ["no secret", { webhooks: [noSecret] }, "webhooks.0: must have either secret or secret_file"],
    ["two secrets", { webhooks: [{ ...GOOD, secret_file: "x" }] }, "webhooks.0: must have either secret"],
    [
      "a short secret",
      { webhooks: [{ ...GOOD, secret: "whsec_s3cret" }] },
      "webhooks.0.secret must be whsec_ and 24",
    ],
    [
      "a secret without its sign",
      { webhooks: [{ ...GOOD, secret: SECRET.slice(6) }] },
      "webhooks.0.secret must be",
    ],
    [
      "four secrets",
      { webhooks: [{ ...GOOD, secret: Array(4).fill(SECRET).join(" ") }] },
      "at most 3 of these",
    ],
    [
      "a file that is not there",
      { webhooks: [{ ...noSecret, secret_file: "gone" }] },
      "webhooks.0.secret_file cannot be read",
    ],
    [
      "a wrong pattern",
      { webhooks: [{ ...GOOD, tags: ["a\\b"] }] },
      "webhooks.0.tags.0: In a pattern a backslash",
    ],
    ["no pattern", { webhooks: [{ ...GOOD, tags: [] }] }, "webhooks.0.tags: must not be empty"],
    [
      "another action",
      { webhooks: [{ ...GOOD, actions: ["moved"] }] },
      "webhooks.0.actions.0: must be added or removed",
    ],
    [
      "an unknown member",
      { webhooks: [{ ...GOOD, tag: "x" }] },
      "webhooks.0: has a member other than name, url",
    ],
    ["no certificates", { webhooks: [{ ...GOOD, cacert: "gone.pem" }] }, "webhooks.0.cacert cannot be read"],
    ["what is no YAML", `webhooks:\n  - secret: "${SECRET}\n`, "line 3 is not valid YAML"],
    [
      "this machine",
      { webhooks: [{ ...GOOD, url: "http://127.0.0.1/" }] },
      "the url of inventory leads to a loopback address",
    ],
    [
      "this machine in other digits",
      { webhooks: [{ ...GOOD, url: "http://0x7f.1/" }] },
      "leads to a loopback address",
    ],
    [
      "this machine as IPv6",
      { webhooks: [{ ...GOOD, url: "http://[::1]:1/" }] },
      "leads to a loopback address",
    ],
  ])("is refused by name and place, without a secret: %s", (__, content, named) => {
    const said = mistake(content);
    expect(said).toMatch(/^IMAGETAGS_WEBHOOKS_FILE: \S+webhooks\.yaml: /);
    expect(said).toContain(named);
    for (const secret of [SECRET, SECRET.slice(6), "s3cret", "k3y"]) expect(said).not.toContain(secret);
  });

  test("may lead to this machine where that is allowed", () => {
    const webhooks = [{ ...GOOD, url: "http://127.0.0.1:8080/" }];
    const { notify } = read({ webhooks }, { IMAGETAGS_WEBHOOKS_ALLOW: "127.0.0.1, 10.0.0.0/8" });
    expect(notify.webhooks?.addresses.problem("10.9.9.9")).toBeUndefined();
  });

  test.each([
    [{ IMAGETAGS_WEBHOOKS_ALLOW: "localhost" }, "IMAGETAGS_WEBHOOKS_ALLOW must be addresses or networks"],
    [{ IMAGETAGS_WEBHOOKS_ALLOW: "10.0.0.0/8," }, "IMAGETAGS_WEBHOOKS_ALLOW must be addresses or networks"],
    [
      { IMAGETAGS_WEBHOOKS_GIVE_UP: "3 days" },
      "IMAGETAGS_WEBHOOKS_GIVE_UP must be a number of days or hours",
    ],
  ])("goes with settings that say what they mean: %j", (env, named) => {
    expect(mistake({ webhooks: [GOOD] }, env)).toContain(named);
  });
});

test("a file of webhooks that is not there is named", () => {
  expect(() => readConfig({ IMAGETAGS_WEBHOOKS_FILE: "/nowhere/webhooks.yaml" })).toThrow(
    /^IMAGETAGS_WEBHOOKS_FILE cannot be read: ENOENT/,
  );
});

test.each(WEBHOOK_SETTINGS.map(({ name }) => name).filter((name) => name !== "IMAGETAGS_WEBHOOKS_FILE"))(
  "%s is refused where there are no webhooks",
  (name) => {
    const value = name.endsWith("ALLOW") ? "10.0.0.0/8" : "3d";
    expect(() => readConfig({ [name]: value })).toThrow(
      `${name} has no meaning without IMAGETAGS_WEBHOOKS_FILE`,
    );
  },
);
