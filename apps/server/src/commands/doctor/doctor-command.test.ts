import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Ended } from "@imagetags/testing/processes/program";
import { runServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqlite } from "../../store/sqlite/open.ts";
import { cuttableProxy } from "../../testing/cuttable-proxy.ts";
import { describeOnDatabases } from "../../testing/database-kinds.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";

const IMAGE = "00000000-0000-4000-8000-000000000000";

function doctor(folder: TemporaryFolder, ...args: string[]): Promise<Ended> {
  return runServer(["doctor", ...args], { IMAGETAGS_DATABASE_URL: "sqlite:glance.db" }, folder.path);
}

/** A database that Glance made, with a tag of an image in two rows. */
function withRepeatedTag(folder: TemporaryFolder): Database.Database {
  copyFileSync(GLANCE_FILE, folder.at("glance.db"));
  const file = new Database(folder.at("glance.db"));
  file.exec(`
    INSERT INTO images (id, status, visibility, created_at, deleted, min_disk, min_ram, protected, os_hidden)
    VALUES ('${IMAGE}', 'active', 'private', '2026-01-01', 0, 0, 0, 0, 0)`);
  const insert = `INSERT INTO image_tags (image_id, value, created_at, deleted) VALUES ('${IMAGE}', 'two', '2026-01-01', 0)`;
  file.exec(`${insert}; ${insert}`);
  return file;
}

function liveRows(file: Database.Database): unknown {
  return file
    .prepare(`SELECT count(*) FROM image_tags WHERE image_id = '${IMAGE}' AND deleted = 0`)
    .pluck()
    .get();
}

test("doctor tells what it finds with exit code 1, and shows what --repair would do without a yes", async () => {
  using folder = temporaryFolder();
  using file = closing(withRepeatedTag(folder));
  const { code, stdout, stderr } = await doctor(folder, "--repair");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  expect(stdout).toContain("glance.db: made by Glance\n");
  expect(stdout).toMatch(/^repeated-tag: \d+$/m);
  expect(stdout).toContain(`image ${IMAGE}: "two" in 2 rows`);
  expect(stdout).toContain("Nothing was changed; --yes does it without asking.");
  expect(liveRows(file.database)).toBe(2);
});

test("doctor --repair --yes --add-indexes mends both, and says so as JSON alone", async () => {
  using folder = temporaryFolder();
  using file = closing(withRepeatedTag(folder));
  const { stdout, stderr } = await doctor(folder, "--repair", "--add-indexes", "--yes", "--output", "json");
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ schema: "glance", hasTagIndex: true });
  expect(stdout).not.toContain("repeated-tag");
  expect(stderr).toContain("CREATE INDEX imagetags_tag_value ");
  expect(liveRows(file.database)).toBe(1);
});

test("doctor makes no database where there is none", async () => {
  using folder = temporaryFolder();
  const { code, stderr } = await doctor(folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^imagetags-server: There is no database at .*glance\.db\.\n$/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("doctor finds nothing wrong with a new database, with exit code 0", async () => {
  using folder = temporaryFolder();
  const { store } = await openSqlite(folder.at("glance.db"));
  await store.close();
  const { code, stdout } = await doctor(folder);
  expect(code).toBe(0);
  expect(stdout).toContain("Nothing is wrong.");
});

test("doctor says in one line that the file cannot be read to its end, with exit code 2", async () => {
  using folder = temporaryFolder();
  const path = folder.at("glance.db");
  copyFileSync(GLANCE_FILE, path);
  const file = new Database(path);
  const page = file.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'image_tags'").pluck().get();
  const size = file.pragma("page_size", { simple: true });
  file.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, (Number(page) - 1) * Number(size), Number(page) * Number(size));
  writeFileSync(path, bytes);
  expect(await doctor(folder)).toMatchObject({
    code: 2,
    stdout: "",
    stderr:
      "imagetags-server: The database cannot be used: The database is not available (SQLITE_CORRUPT).\n",
  });
});

describeOnDatabases(
  "doctor over",
  (kind) => {
    test("says in one line that the database went away in its midst, with exit code 2", async () => {
      using folder = temporaryFolder();
      await using database = await kind.open();
      const url = new URL(database.url);
      await using proxy = await cuttableProxy({ host: url.hostname, port: Number(url.port) });
      url.host = `127.0.0.1:${proxy.port}`;
      // It counts the tags once it knows the schema.
      proxy.cutAt("group by");
      const { code, stdout, stderr } = await runServer(
        ["doctor"],
        { IMAGETAGS_DATABASE_URL: url.href },
        folder.path,
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^imagetags-server: The database [^\n]+\n$/);
    });
  },
  ({ isServer, hasGlancesImages }) => isServer && !hasGlancesImages,
);

test.each([
  [["--output", "yaml"], "--output"],
  [["--mend"], "--mend"],
  [["now"], "now"],
])("doctor %j is refused by name", async (args, named) => {
  using folder = temporaryFolder();
  const { code, stdout, stderr } = await doctor(folder, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^imagetags-server: [^\n]+\n$/);
  expect(stderr).toContain(named);
});

function closing(database: Database.Database): Disposable & { readonly database: Database.Database } {
  return { database, [Symbol.dispose]: () => void database.close() };
}
