import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { MIGRATION_NAMES } from "../../store/migrations/index.ts";
import { openSqlite } from "../../store/sqlite/open.ts";
import { openDatabase } from "../../store/open-database.ts";
import { migrateDatabase } from "../../store/migrate-database.ts";
import { parseDatabaseUrl } from "../../store/database-url.ts";
import type { SqlDatabase } from "../../store/sql/sql-database.ts";
import type { Steps } from "../../store/sql/statement.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { checkProduct } from "./check-database.ts";
import { checkNode, TRIED_LINES } from "./check-node.ts";
import type { CheckResult } from "./check-result.ts";
import { checkUpgrade } from "./check-upgrade.ts";
import { resultTable } from "./result-table.ts";
import { upgradeCommand } from "./upgrade-command.ts";

const LAST = MIGRATION_NAMES.at(-1) ?? "";
const limits = { poolSize: 2, connectTimeout: 10_000, statementTimeout: 10_000 };

function named(results: readonly CheckResult[], check: string): CheckResult | undefined {
  return results.find((one) => one.check === check);
}

test("upgrade check of a first start finds nothing to do, prints a table and leaves nothing behind", async () => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await runServer(["upgrade", "check"], {}, folder.path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\+-+\+\n\| Upgrade Check Results +\|\n\+-+\+\n\| Check: Node\.js +\|\n/);
  const lines = stdout.trimEnd().split("\n");
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(stdout.match(/Result: Success/g)).toHaveLength(6);
  await expect(runServer(["upgrade", "check"], {}, folder.path)).resolves.toMatchObject({ stdout });
});

test("upgrade check tells the worst verdict by its exit code, and as JSON alone", async () => {
  using folder = temporaryFolder();
  copyFileSync(GLANCE_FILE, folder.at("glance.db"));
  const settings = { IMAGETAGS_DATABASE_URL: "sqlite:glance.db" };
  const { code, stdout } = await runServer(["upgrade", "check", "--output", "json"], settings, folder.path);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    result: "warning",
    checks: expect.arrayContaining([
      { check: "Tables", result: "success", details: [expect.stringContaining("Glance's")] },
      expect.objectContaining({ check: "Tables beside Glance's", result: "warning" }),
    ]),
  });
  const wrong = await runServer(["upgrade", "check"], { IMAGETAGS_TAG_QOUTA: "3" }, folder.path);
  expect(wrong.code).toBe(2);
  expect(wrong.stdout).toContain("| Details: IMAGETAGS_TAG_QOUTA is not a setting");
});

test.each([
  [[], "takes one argument"],
  [["chek"], "takes one argument"],
  [["check", "now"], "takes one argument"],
  [["check", "--output", "yaml"], "--output"],
  [["check", "--json"], "--json"],
])("upgrade %j is refused by name", async (args, text) => {
  await expect(upgradeCommand.run(args, {})).rejects.toThrow(text);
});

describe("upgrade check", () => {
  test("tells of an SQLite file of the version before that the start brings it up to date, and does not do so itself", async () => {
    using folder = temporaryFolder();
    const path = folder.at("old.db");
    await (await openSqlite(path)).store.close();
    const file = new Database(path);
    file.exec(`DELETE FROM imagetags_migration WHERE name = '${LAST}'; DROP TABLE imagetags_events`);
    file.close();
    const env = { IMAGETAGS_DATABASE_URL: `sqlite:${path}`, IMAGETAGS_DATA_DIR: folder.path };
    const first = named(await checkUpgrade(env), "Tables");
    expect(first).toMatchObject({ result: "warning", details: [`They lack: ${LAST}.`, expect.any(String)] });
    expect(named(await checkUpgrade(env), "Tables")).toEqual(first);
    await (await openSqlite(path)).store.close();
    expect(named(await checkUpgrade(env), "Tables")).toMatchObject({ result: "success" });

    const later = new Database(path);
    later.exec("INSERT INTO imagetags_migration (name, timestamp) VALUES ('9999-later', 'now')");
    later.close();
    expect(named(await checkUpgrade(env), "Tables")).toMatchObject({ result: "warning" });
    await (await openSqlite(path)).store.close();
  });

  test("tells of a database that is none", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("text.db"), "not a database, and longer than a header of SQLite is".repeat(4));
    const env = { IMAGETAGS_DATABASE_URL: `sqlite:${folder.at("text.db")}`, IMAGETAGS_DATA_DIR: folder.path };
    expect(named(await checkUpgrade(env), "Database")).toMatchObject({
      result: "failure",
      details: [expect.stringContaining("file is not a database")],
    });
  });

  test("holds the policy file to the rules of this version: a mistake fails, what has no effect warns", async () => {
    using folder = temporaryFolder();
    const path = folder.at("policy.yaml");
    const check = async (text: string) => {
      writeFileSync(path, text);
      const env = { IMAGETAGS_POLICY_FILE: path, IMAGETAGS_DATA_DIR: folder.path };
      return named(await checkUpgrade(env), "Policy file")?.result;
    };
    expect(await check('"delete_image_tag": "role:admin"\n')).toBe("success");
    expect(await check('"delete_image_tags": "role:admin"\n')).toBe("warning");
    expect(await check('"delete_image_tag": "role:admin and"\n')).toBe("failure");
    expect(await check("- a list\n")).toBe("failure");
  });

  test("reads the tokens file as the start does", async () => {
    using folder = temporaryFolder();
    const path = folder.at("tokens.yaml");
    const env = { IMAGETAGS_TOKENS_FILE: path, IMAGETAGS_DATA_DIR: folder.path };
    expect(named(await checkUpgrade(env), "Tokens file")).toMatchObject({ result: "failure" });
    writeFileSync(path, "tokens: [{token: a-long-token, user_id: a, project_id: b, roles: [member]}]");
    expect(named(await checkUpgrade(env), "Tokens file")).toMatchObject({ result: "success" });
  });

  test("tells of Glance's options that have no effect here", async () => {
    using folder = temporaryFolder();
    writeFileSync(folder.at("glance-api.conf"), "[database]\nslave_connection = mysql://other/glance\n");
    const env = { IMAGETAGS_GLANCE_CONF: folder.at("glance-api.conf"), IMAGETAGS_DATA_DIR: folder.path };
    expect(named(await checkUpgrade(env), "Settings")).toMatchObject({
      result: "success",
      details: [expect.stringContaining("slave_connection")],
    });
  });

  test("knows the lines of Node.js that the packed server is tried on", () => {
    const tried = readFileSync(
      new URL("../../../../../e2e/packed/nodes.ts", import.meta.url),
      "utf8",
    ).matchAll(/"(\d+)\.\d+\.\d+"/g);
    const lines = new Set([...tried].map(([, line = ""]) => line).filter((line) => Number(line) >= 24));
    expect([...lines]).toEqual(TRIED_LINES);
    expect(checkNode("24.0.0").result).toBe("success");
    expect(checkNode("25.1.0").result).toBe("warning");
  });

  test.each([
    ["MariaDB", "10.5.29-MariaDB", "failure"],
    ["MariaDB", "10.6.0-MariaDB", "success"],
    ["MariaDB", "11.4.2-MariaDB-ubu2404", "success"],
    ["MySQL", "5.7.44", "failure"],
    ["MySQL", "8.0.39", "warning"],
    ["PostgreSQL", "12.20", "failure"],
    ["PostgreSQL", "15.14 (Debian 15.14-0+deb12u1)", "success"],
  ] as const)("holds %s %s to the oldest that is served", (product, version, result) => {
    expect(checkProduct("Database", { product, version }).result).toBe(result);
  });

  test("breaks long details at spaces, into lines of one length", () => {
    const table = resultTable([
      { check: "One", result: "failure", details: ["many words ".repeat(20).trim(), "and then some"] },
    ]);
    const lines = table.trimEnd().split("\n");
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    expect(lines.every((line) => line.length <= 76)).toBe(true);
    expect(table.replaceAll(/[|\s]+/g, " ")).toContain("many words many words");
  });
});

describeOnDatabases(
  "upgrade check over",
  (kind) => {
    test("tells of tables that lack a migration, that are missing, and that a later version made", async () => {
      const empty = await kind.makeEmpty();
      try {
        const env = { IMAGETAGS_DATABASE_URL: empty.url };
        const tables = async () => named(await checkUpgrade(env), "Tables");
        expect(await tables()).toMatchObject({
          result: "failure",
          details: [expect.stringContaining("migrate")],
        });
        const settings = { ...limits, location: parseDatabaseUrl(empty.url) };
        await migrateDatabase(settings);
        expect(await tables()).toMatchObject({ result: "success", details: [] });

        const { database, store } = await openDatabase(settings);
        await run(database, "INSERT INTO imagetags_migration (name, timestamp) VALUES ('9999-later', 'now')");
        expect(await tables()).toMatchObject({
          result: "warning",
          details: [expect.stringContaining("9999-later")],
        });
        expect(await migrateDatabase(settings)).toMatchObject({ schema: "ours", migrations: 0 });
        const { store: another } = await openDatabase(settings);
        await another.close();

        await run(database, `DELETE FROM imagetags_migration WHERE name = '${LAST}'`);
        expect(await tables()).toMatchObject({ result: "failure" });
        await expect(migrateDatabase(settings)).rejects.toThrow(/9999-later.*by another version/);
        await store.close();
      } finally {
        await empty.drop();
      }
    });

    test("is refused a database that is not there, with the reason and without the password", async () => {
      const url = `${kind.name.includes("PostgreSQL") ? "postgres" : "mysql"}://nobody:secret@127.0.0.1:1/none`;
      const found = named(await checkUpgrade({ IMAGETAGS_DATABASE_URL: url }), "Database");
      expect(found).toMatchObject({ result: "failure" });
      expect(JSON.stringify(found)).not.toContain("secret");
    });
  },
  ({ isServer, hasGlancesImages }) => isServer && !hasGlancesImages,
);

describeOnDatabases(
  "upgrade check over",
  (kind) => {
    test("tells of a guard that is off, and of the table that is missing beside Glance's", async () => {
      await using database = await kind.open();
      const results = await checkUpgrade({ IMAGETAGS_DATABASE_URL: database.url });
      expect(named(results, "Guard")).toMatchObject({ result: "warning" });
      expect(named(results, "Tables beside Glance's")).toMatchObject({ result: "warning" });
    });
  },
  ({ isServer, hasGlancesImages }) => isServer && hasGlancesImages,
);

function run(database: SqlDatabase, sql: string): Promise<void> {
  return database.change(function* once(): Steps<void> {
    yield { sql, parameters: [] };
  });
}
