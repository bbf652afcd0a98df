import { writeFileSync } from "node:fs";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";
import { NOTIFY_SETTINGS } from "./notify-settings.ts";

const URL = "rabbit://glance:secret@mq1:5672,glance:secret@mq2/cloud";

function mistake(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It is taken.");
}

describe("notifications", () => {
  test("are off by themselves, and off with none", () => {
    for (const env of [{}, { IMAGETAGS_NOTIFY_URL: "none", IMAGETAGS_NOTIFY_DURABLE: "true" }]) {
      const config = readConfig(env);
      expect([config.notify.rabbitmq, config.database.destinations]).toEqual([undefined, []]);
    }
  });

  test("go where oslo.messaging's transport_url says", () => {
    const { notify, database } = readConfig({ IMAGETAGS_NOTIFY_URL: URL });
    const user = { username: "glance", password: "secret" };
    expect(notify.rabbitmq).toEqual({
      hosts: [
        { host: "mq1", port: 5672, ...user },
        { host: "mq2", port: 5672, ...user },
      ],
      vhost: "cloud",
      tls: false,
      exchange: "glance",
      topics: ["notifications"],
      durable: false,
      publisher: "image.localhost",
    });
    expect(database.destinations).toEqual(["rabbitmq"]);
  });

  test("are set in every part, the URL by a file", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("url"), "rabbit://mq\n");
    const { notify } = readConfig({
      IMAGETAGS_NOTIFY_URL_FILE: folder.at("url"),
      IMAGETAGS_NOTIFY_TLS: "true",
      IMAGETAGS_NOTIFY_DURABLE: "true",
      IMAGETAGS_NOTIFY_EXCHANGE: "images",
      IMAGETAGS_NOTIFY_TOPICS: "one, two",
      IMAGETAGS_NOTIFY_PUBLISHER: "image.node1",
    });
    expect(notify.rabbitmq).toMatchObject({
      vhost: "/",
      tls: true,
      durable: true,
      exchange: "images",
      topics: ["one", "two"],
      publisher: "image.node1",
    });
  });

  test.each([
    ["rabbit://a:b%2F%40@[::1]:5673//", { host: "::1", port: 5673, username: "a", password: "b/@" }],
    ["rabbit://mq", { host: "mq", port: 5672, username: "guest", password: "guest" }],
    ["rabbit://:@mq/", { host: "mq", port: 5672, username: "", password: "" }],
  ])("read %s as oslo.messaging does", (url, host) => {
    expect(readConfig({ IMAGETAGS_NOTIFY_URL: url }).notify.rabbitmq).toMatchObject({
      hosts: [host],
      vhost: "/",
    });
  });

  test("are over TLS where the URL asks for it, and the setting wins", () => {
    const tls = (env: Readonly<Record<string, string>>) => readConfig(env).notify.rabbitmq?.tls;
    expect(tls({ IMAGETAGS_NOTIFY_URL: `${URL}?ssl=1` })).toBe(true);
    expect(tls({ IMAGETAGS_NOTIFY_URL: `${URL}?ssl=1`, IMAGETAGS_NOTIFY_TLS: "false" })).toBe(false);
  });

  test.each([
    [{ IMAGETAGS_NOTIFY_URL: "amqp://glance:secret@mq" }, "IMAGETAGS_NOTIFY_URL must look like rabbit://"],
    [{ IMAGETAGS_NOTIFY_URL: "rabbit://secret@mq" }, "IMAGETAGS_NOTIFY_URL must look like rabbit://"],
    [{ IMAGETAGS_NOTIFY_URL: "rabbit://glance:secret@mq:70000" }, "must look like rabbit://"],
    [{ IMAGETAGS_NOTIFY_URL: "rabbit://" }, "must look like rabbit://"],
    [{ IMAGETAGS_NOTIFY_URL: `rabbit://glance:secret%@mq` }, "IMAGETAGS_NOTIFY_URL must have %25"],
    [{ IMAGETAGS_NOTIFY_URL: `${URL}?heartbeat=secret` }, "must have no option behind ? but ssl"],
    [{ IMAGETAGS_NOTIFY_URL: `${URL}?ssl=secret` }, "must have true or false for ssl"],
    [{ IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_DURABLE: "yes" }, "IMAGETAGS_NOTIFY_DURABLE must be true"],
    [{ IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_TOPICS: "a,,b" }, "IMAGETAGS_NOTIFY_TOPICS"],
    [{ IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_EXCHANGE: "a b" }, "IMAGETAGS_NOTIFY_EXCHANGE must be"],
    [{ IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_CACERT: "ca.pem" }, "has no meaning without"],
    [{ IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_URL_FILE: "url" }, "are both given"],
  ])("are refused by name, without the secret: %j", (env, named) => {
    expect(mistake(env)).toContain(named);
    expect(mistake(env)).not.toContain("secret");
  });

  test.each(
    NOTIFY_SETTINGS.map(({ name }) => name).filter((name) => !name.startsWith("IMAGETAGS_NOTIFY_URL")),
  )("are meant by %s, which is refused where they are off", (name) => {
    const value = /DURABLE|TLS/.test(name) ? "true" : "value";
    expect(mistake({ [name]: value })).toBe(`${name} has no meaning without IMAGETAGS_NOTIFY_URL`);
  });
});
