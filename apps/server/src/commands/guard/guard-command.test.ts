import { randomUUID } from "node:crypto";
import { copyFileSync } from "node:fs";
import type { Ended } from "@imagetags/testing/processes/program";
import { runServer, startKnowing } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { expect, test } from "vitest";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { describeOnGlancesTables, type GlanceKind } from "../../testing/glance-databases.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { glanceStatements } from "../../testing/glance-statements.ts";

/** Runs `imagetags-server` on a database, with nothing in the environment but its URL. */
async function run(url: string, ...args: string[]): Promise<Ended> {
  using folder = temporaryFolder();
  return await runServer(args, { IMAGETAGS_DATABASE_URL: url }, folder.path);
}

/** A database of Glance's, which has no guard in the end, and an account with the rights that the documents name. */
async function openGlances(kind: GlanceKind) {
  await using stack = new AsyncDisposableStack();
  const taken = await kind.take();
  stack.defer(() => taken.giveBack());
  stack.defer(async () => void (await run(taken.url, "guard", "off", "--yes")));
  const glance = stack.use(await glanceStatements(taken.url));
  const owned = stack.move();
  return {
    url: taken.url,
    glance,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const TABLES = ["images", "image_tags", "image_properties", "image_members", "image_locations"];

describeOnGlancesTables("the command guard on", (kind) => {
  test("says what it does, needs and means, and does nothing without a yes", async () => {
    await using db = await openGlances(kind);
    const { code, stdout, stderr } = await run(db.url, "guard", "on");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    for (const said of [
      "What it does:",
      "What it needs:",
      "TRIGGER",
      "tags belong to this server",
      "--yes",
    ]) {
      expect(stdout).toContain(said);
    }
    if (kind.name === "MariaDB") expect(stdout).toContain("log_bin_trust_function_creators");
    const status = await run(db.url, "guard", "status");
    expect(status).toMatchObject({ code: 1, stderr: "" });
    expect(status.stdout).toContain("guard        off");
  });

  test("is on after on --yes, off after off --yes, and changes nothing the second time", async () => {
    await using db = await openGlances(kind);
    expect(await run(db.url, "guard", "on", "--yes")).toMatchObject({ code: 0, stderr: "" });
    const status = await run(db.url, "guard", "status");
    expect(status.code).toBe(0);
    expect(status.stdout).toContain("guard        on (version 1)");
    expect(status.stdout).toContain("write-backs  0 of removed tags");
    const json: unknown = JSON.parse((await run(db.url, "guard", "status", "--output", "json")).stdout);
    expect(json).toMatchObject({ state: "on", expectedVersion: 1, writeBacks: 0 });
    expect((await run(db.url, "doctor")).stdout).toContain("  guard         on (version 1)\n");
    expect((await run(db.url, "guard", "on", "--yes")).stdout).toContain("nothing was changed");
    expect((await run(db.url, "guard", "off", "--yes")).stdout).toContain("The guard is off.");
    expect((await run(db.url, "guard", "off", "--yes")).stdout).toContain("nothing was changed");
    expect((await run(db.url, "guard", "status")).code).toBe(1);
  });

  test("serve tells once, at the start and in the log, that it is off or half", async () => {
    await using db = await openGlances(kind);
    const told = async () => {
      using folder = temporaryFolder();
      await using server = await startKnowing(folder, {
        IMAGETAGS_DATABASE_URL: db.url,
        IMAGETAGS_LOG_LEVEL: "warn",
        IMAGETAGS_LOG_FORMAT: "json",
        IMAGETAGS_WORKERS: "2",
      });
      const warnings = () => server.stdout().match(/the guard on Glance's tables is \w+/g) ?? [];
      await expect.poll(() => warnings().length + Number(server.startText.includes("on (version"))).toBe(1);
      return { start: /^ {2}guard +(\w+)/m.exec(server.startText)?.[1], warnings: warnings().length };
    };
    expect(await told()).toEqual({ start: "off", warnings: 1 });
    await run(db.url, "guard", "on", "--yes");
    expect(await told()).toEqual({ start: "on", warnings: 0 });
    await db.glance.query(
      `DROP TRIGGER imagetags_keep_added_1${kind.name === "PostgreSQL" ? " ON image_tags" : ""}`,
    );
    expect(await told()).toEqual({ start: "half", warnings: 1 });
  });

  test("an account with exactly the rights of the documents switches it on and serves; with less it is told which", async () => {
    await using db = await openGlances(kind);
    const name = `guard_${randomUUID().slice(0, 8)}`;
    const isMaria = kind.name === "MariaDB";
    const account = isMaria ? `${name}@'127.0.0.1'` : name;
    const each = async (...statements: string[]) => {
      for (const sql of statements) await db.glance.query(sql);
    };
    await each(isMaria ? `CREATE USER ${account}` : `CREATE ROLE ${name} LOGIN`);
    try {
      await each(...TABLES.map((table) => `GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${account}`));
      const { host, pathname, protocol } = new URL(db.url);
      const url = `${protocol}//${name}@${host}${pathname}`;
      const refused = await run(url, "guard", "on", "--yes");
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.stderr).toMatch(
        /^imagetags-server: The guard was not switched on: .*(denied|permission)/,
      );
      expect(refused.stderr).toContain("TRIGGER");
      expect(refused.stderr).toContain("It is off");
      await each(`GRANT TRIGGER ON image_tags TO ${account}`);
      if (!isMaria) await each(`GRANT CREATE ON SCHEMA public TO ${name}`);
      expect(await run(url, "guard", "on", "--yes")).toMatchObject({ code: 0, stderr: "" });
      expect((await run(url, "guard", "status")).code).toBe(0);
      if (!isMaria) {
        const off = await run(url, "guard", "off", "--yes");
        expect(off.stderr).toContain("must be owner");
        expect(off.stderr).toContain("to be the owner of image_tags");
      }
      expect((await run(isMaria ? url : db.url, "guard", "off", "--yes")).code).toBe(0);
    } finally {
      if (!isMaria) await each(`DROP OWNED BY ${name}`);
      await each(isMaria ? `DROP USER ${account}` : `DROP ROLE ${name}`);
    }
  });
});

describeOnDatabases(
  "the command guard is refused, with the reason, on",
  (kind) => {
    test("tables that no Glance writes to, or where it cannot be", async () => {
      await using db = await kind.open();
      const { code, stdout, stderr } = await run(db.url, "guard", "on", "--yes");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(kind.isServer ? /was made by this server.*needs no guard/ : /SQLite cannot/);
    });
  },
  (kind) => !kind.hasGlancesImages || !kind.isServer,
);

test.each([
  [["guard"], "on, off or status"],
  [["guard", "maybe"], "on, off or status"],
  [["guard", "on", "off"], "on, off or status"],
  [["guard", "status", "--yes"], "--yes"],
  [["guard", "on", "--output", "json"], "--output json"],
  [["guard", "status", "--output", "xml"], "xml"],
])("%j is refused by name", async (args, named) => {
  using folder = temporaryFolder();
  copyFileSync(GLANCE_FILE, folder.at("glance.db"));
  const url = `sqlite:${folder.at("glance.db")}`;
  const { code, stdout, stderr } = await run(url, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(named);
});
