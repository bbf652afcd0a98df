import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { ConfigError, originsOf, readConfig } from "../config.ts";

function write(folder: TemporaryFolder, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(folder.at(name)), { recursive: true });
    writeFileSync(folder.at(name), text);
  }
  return folder.at("glance-api.conf");
}

const read = (conf: string, env: Readonly<Record<string, string>> = {}) =>
  readConfig({ IMAGETAGS_GLANCE_CONF: conf, ...env });

function mistake(conf: string, env: Readonly<Record<string, string>> = {}): string {
  try {
    read(conf, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It is taken.");
}

const WHOLE = `
[DEFAULT]
image_tag_quota = 7
image_member_quota: 8
image_property_quota = 9
image_size_cap = 1000
user_storage_quota = 2GB
transport_host = mq
[database]
connection = mysql+pymysql://glance:pa%24word@db/glance?charset=utf8
slave_connection = mysql+pymysql://glance:slave-secret@other/glance
[keystone_authtoken]
www_authenticate_uri = http://identity.example.org:5000/v3/
auth_url = http://identity.internal:5000
auth_type = password
username = glance
password = key\\$stone
project_name = service
user_domain_name = Default
project_domain_name = Default
memcached_servers = a:11211,b:11211
insecure = true
service_token_roles = service, other
[oslo_messaging_notifications]
driver = messagingv2
transport_url = rabbit://glance:rabbit-secret@\${DEFAULT.transport_host}//
[oslo_policy]
policy_file = rules.yaml
`;

test("Glance's file gives the database, Keystone, the policy file and the quotas", () => {
  using folder = temporaryFolder();
  const config = read(write(folder, { "glance-api.conf": WHOLE }));
  expect(config).toMatchObject({
    auth: "keystone",
    policyFile: folder.at("rules.yaml"),
    quotas: { tags: 7, members: 8, properties: 9, imageSize: 1_000, storage: 2 * 2 ** 30 },
    database: {
      location: { kind: "mysql", host: "db", user: "glance", password: "pa$word", database: "glance" },
    },
    keystone: {
      authUrl: "http://identity.internal:5000",
      wwwAuthenticateUri: "http://identity.example.org:5000/v3",
      serviceTokenRoles: ["service", "other"],
      credentials: {
        kind: "password",
        user: { name: "glance", domain: { name: "Default" } },
        password: "key$stone",
        scope: { project: { name: "service", domain: { name: "Default" } } },
      },
    },
  });
});

const MESSAGING = `
[DEFAULT]
transport_url = rabbit://all:all-secret@everything:5672/
default_publisher_id = image.node1
control_exchange = images
[oslo_messaging_notifications]
driver = log
driver = messagingv2
topics = notifications, more
[oslo_messaging_rabbit]
amqp_durable_queues = True
ssl = yes
[oslo_messaging_notifications]
`;

describe("of notifications Glance's file gives", () => {
  test("the brokers, the topics and how they are declared", () => {
    using folder = temporaryFolder();
    expect(read(write(folder, { "glance-api.conf": WHOLE })).notify.rabbitmq).toMatchObject({
      hosts: [{ host: "mq", port: 5672, username: "glance", password: "rabbit-secret" }],
      vhost: "/",
      exchange: "glance",
      topics: ["notifications"],
      durable: false,
      tls: false,
      publisher: "image.localhost",
    });
    expect(read(write(folder, { "glance-api.conf": MESSAGING })).notify.rabbitmq).toMatchObject({
      hosts: [{ host: "everything", username: "all" }],
      exchange: "images",
      topics: ["notifications", "more"],
      durable: true,
      tls: true,
      publisher: "image.node1",
    });
  });

  test.each([
    ["driver = messagingv2", "driver = noop"],
    ["control_exchange", "disabled_notifications = task, image\ncontrol_exchange"],
    ["control_exchange", "disabled_notifications = image.update\ncontrol_exchange"],
    ["rabbit://", "kafka://"],
  ])("nothing where Glance itself sends none: %s, %s", (from, to) => {
    using folder = temporaryFolder();
    const conf = write(folder, { "glance-api.conf": MESSAGING.replace(from, to) });
    expect(read(conf).notify.rabbitmq).toBeUndefined();
  });

  test("nothing where our own URL or none is given, and what it says alone else", () => {
    using folder = temporaryFolder();
    const conf = write(folder, { "glance-api.conf": MESSAGING });
    expect(read(conf, { IMAGETAGS_NOTIFY_URL: "none" }).notify.rabbitmq).toBeUndefined();
    const ours = read(conf, { IMAGETAGS_NOTIFY_URL: "rabbit://here" }).notify.rabbitmq;
    expect(ours).toMatchObject({ hosts: [{ host: "here" }], exchange: "glance", durable: false });
    const mixed = read(conf, { IMAGETAGS_NOTIFY_DURABLE: "false" }).notify.rabbitmq;
    expect(mixed).toMatchObject({ hosts: [{ host: "everything" }], durable: false });
  });

  test("what is wrong by where it stands, and not what it says", () => {
    using folder = temporaryFolder();
    const conf = write(folder, { "glance-api.conf": MESSAGING.replace("all:all-secret@", "all-secret@") });
    expect(mistake(conf)).toMatch(/glance-api\.conf:3 \[DEFAULT\] transport_url must look like rabbit:/);
    expect(mistake(conf)).not.toContain("secret");
  });
});

test("where each setting stands is told, and what is not used, and no secret", () => {
  using folder = temporaryFolder();
  const conf = write(folder, { "glance-api.conf": WHOLE });
  const { origins, notes } = read(conf).fromGlance;
  expect(origins.get("IMAGETAGS_DATABASE_URL")).toBe(`${conf}:10 [database] connection`);
  expect(origins.get("OS_PASSWORD")).toBe(`${conf}:17 [keystone_authtoken] password`);
  expect(notes.map((note) => /\[\w+\] \w+ is not used/.exec(note)?.[0])).toEqual([
    "[database] slave_connection is not used",
    "[keystone_authtoken] insecure is not used",
    "[keystone_authtoken] memcached_servers is not used",
  ]);
  const told = JSON.stringify([[...origins], notes]);
  for (const secret of ["pa%24word", "key$stone", "slave-secret", "rabbit-secret"])
    expect(told).not.toContain(secret);
  expect(originsOf({ IMAGETAGS_GLANCE_CONF: conf }).origins).toEqual(origins);
});

test("our own settings win, and of those that make sense together only all are ours", () => {
  using folder = temporaryFolder();
  writeFileSync(folder.at("url"), "postgres://me@here/mine\n");
  const config = read(write(folder, { "glance-api.conf": WHOLE }), {
    IMAGETAGS_TAG_QUOTA: "-1",
    IMAGETAGS_DATABASE_URL_FILE: folder.at("url"),
    OS_APPLICATION_CREDENTIAL_ID: "ours",
    OS_APPLICATION_CREDENTIAL_SECRET: "secret",
    OS_AUTH_URL: "https://elsewhere.example.org",
  });
  expect(config).toMatchObject({
    quotas: { tags: -1, members: 8 },
    database: { location: { kind: "postgres", host: "here" } },
    keystone: {
      authUrl: "https://elsewhere.example.org",
      credentials: { kind: "application-credential", id: "ours", secret: "secret" },
    },
  });
  expect([...config.fromGlance.origins.keys()]).not.toContain("OS_PASSWORD");
  expect(read(folder.at("glance-api.conf"), { IMAGETAGS_AUTH: "static" }).keystone).toBeUndefined();
});

test("later files win: glance-api.conf.d beside it by name, then those that are named after it", () => {
  using folder = temporaryFolder();
  const quota = (number: number) =>
    `[DEFAULT]\nimage_tag_quota = ${number}\nimage_member_quota = ${number}\n`;
  const conf = write(folder, {
    "glance-api.conf": `${quota(1)}image_property_quota = 1\n`,
    "glance-api.conf.d/10-a.conf": quota(2),
    "glance-api.conf.d/20-b.conf": "[DEFAULT]\nimage_tag_quota = 3\nimage_tag_quota = 4\n",
    "glance-api.conf.d/30-c.txt": quota(9),
    "more/z.conf": "[DEFAULT]\nimage_member_quota = 5\n",
  });
  expect(read(conf).quotas).toMatchObject({ tags: 4, members: 2, properties: 1 });
  expect(read(`${conf}, ${folder.at("more")}`).quotas).toMatchObject({ tags: 4, members: 5 });
});

test("the login may stand in a section of its own, and the policy file beside the file is Glance's default", () => {
  using folder = temporaryFolder();
  const conf = write(folder, {
    "glance-api.conf": `[keystone_authtoken]\nauth_section = ks\n[KS]\nauth_url = http://k:5000/v3\nusername = u\npassword = "p w"\ntenant_name = t\n`,
    "policy.yaml": "",
  });
  expect(read(conf)).toMatchObject({
    policyFile: folder.at("policy.yaml"),
    keystone: { credentials: { password: "p w", scope: { project: { name: "t" } } } },
  });
});

describe("what cannot be used is told by file and line:", () => {
  test.each([
    ["[DEFAULT\n", ":1 begins a section and does not end with ]"],
    ["[]\n", ":1 names no section"],
    ["a = 1\n", ":1 comes before any [section]"],
    ["[DEFAULT]\n\n  more\n", ":3 is indented"],
    ["[DEFAULT]\n# a\nnothing\n", ":3 has neither = nor :"],
    ["[DEFAULT]\n= 1\n", ":2 has no name"],
    ["[database]\nconnection = mysql://u:hidden@db/a/b/c\n", ":2 [database] connection must name a database"],
    ["[DEFAULT]\nimage_tag_quota = many\n", ":2 [DEFAULT] image_tag_quota must be"],
    [
      "[database]\nconnection = mysql://u:hidden@$nowhere/glance\n",
      ":2 [database] connection refers to $nowhere, which no file sets",
    ],
    ["[DEFAULT]\nimage_tag_quota = $a\na = $b\nb = $a\n", "refers back"],
    [
      "[keystone_authtoken]\nauth_url = ftp://k\nusername = u\npassword = hidden\nproject_name = p\n",
      ":2 [keystone_authtoken] auth_url must be a URL",
    ],
  ])("%j", (text, said) => {
    using folder = temporaryFolder();
    const conf = write(folder, { "glance-api.conf": text });
    const message = mistake(conf);
    expect(message).toContain(conf);
    expect(message).toContain(said);
    expect(message).not.toContain("hidden");
    expect(originsOf({ IMAGETAGS_GLANCE_CONF: conf }).problems.length).toBeLessThan(2);
  });

  test("a file that is not there, and one that is no UTF-8", () => {
    using folder = temporaryFolder();
    expect(mistake(folder.at("none.conf"))).toMatch(
      /^IMAGETAGS_GLANCE_CONF: .*none\.conf cannot be read: ENOENT/,
    );
    writeFileSync(folder.at("glance-api.conf"), Buffer.from([0x5b, 0xff, 0x5d]));
    expect(mistake(folder.at("glance-api.conf"))).toContain("it is no UTF-8");
  });

  test("rules in policy_dirs, which would be passed over; not files in which all is a comment", () => {
    using folder = temporaryFolder();
    const conf = write(folder, {
      "glance-api.conf": "[DEFAULT]\n",
      "policy.d/00.yaml": '# Rules\n#"default": ""\n',
    });
    expect(read(conf).policyFile).toBeUndefined();
    write(folder, { "policy.d/10.yaml": '"delete_image": "role:admin"\n' });
    expect(mistake(conf)).toMatch(/^IMAGETAGS_POLICY_FILE must name one file .*10\.yaml/);
    expect(read(conf, { IMAGETAGS_POLICY_FILE: folder.at("all.yaml") }).policyFile).toBe(
      folder.at("all.yaml"),
    );
  });
});

test("in front of Glance the quotas that are Glance's are left to it", () => {
  using folder = temporaryFolder();
  const conf = write(folder, { "glance-api.conf": WHOLE });
  const config = read(conf, { IMAGETAGS_GLANCE_URL: "http://127.0.0.1:9393" });
  expect(config.quotas).toMatchObject({ tags: 7, members: 128 });
});
