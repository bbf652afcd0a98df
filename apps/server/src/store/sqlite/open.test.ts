import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { exactContent } from "@imagetags/testing/databases/table-dump";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test, vi } from "vitest";
import { asOrdinaryUser } from "../../testing/as-ordinary-user.ts";
import { GLANCE_FILE } from "../../testing/glance-file.ts";
import { newImage } from "../../testing/make-image.ts";
import { MIGRATION_NAMES } from "../migrations/index.ts";
import { DatabaseFileError, openSqlite } from "./open.ts";

afterEach(() => void vi.restoreAllMocks());

/** The one index of Glance's that a database of ours lacks: every change of a tag would write it. */
const LEFT_OUT = "updated_at_image_idx (updated_at)";

describe("opening an SQLite file", () => {
  test("makes a new one with Glance's tables and what they lack", async () => {
    using folder = temporaryFolder();
    const path = folder.at("new.db");
    const { store, schema } = await openSqlite(path);
    await store.close();
    expect(schema).toBe("new");

    const ours = describeSchema(path);
    const glances = describeSchema(GLANCE_FILE);
    for (const table of ["images", "image_tags", "image_properties", "image_members", "image_locations"]) {
      expect(ours.columns.get(table), table).toEqual(glances.columns.get(table));
      const found = ours.indexes.get(table) ?? [];
      const theirs = (glances.indexes.get(table) ?? []).filter((index) => index !== LEFT_OUT);
      expect(found, table).toEqual(expect.arrayContaining(theirs));
    }
    expect(glances.indexes.get("images")).toContain(LEFT_OUT);
    expect(ours.indexes.get("images")).not.toContain(LEFT_OUT);
    const added = (ours.indexes.get("image_tags") ?? []).filter(
      (index) => !glances.indexes.get("image_tags")?.includes(index),
    );
    expect(added).toEqual([
      "imagetags_images_by_tag unique (value, image_id)",
      "imagetags_live_tag unique (image_id, value)",
    ]);
  });

  test("takes an empty file for a new one", async () => {
    using folder = temporaryFolder();
    const path = folder.at("empty.db");
    writeFileSync(path, "");
    const { store, schema } = await openSqlite(path);
    await store.close();
    expect(schema).toBe("new");
  });

  test("knows one of ours again and migrates it once only", async () => {
    using folder = temporaryFolder();
    const path = folder.at("ours.db");
    const first = await openSqlite(path);
    const image = newImage({ tags: ["miracle"] });
    await first.store.createImage(image);
    await first.store.close();
    const before = exactContent(path);

    const second = await openSqlite(path);
    expect(second.schema).toBe("ours");
    const key = { imageId: image.id, projectId: "alpha" };
    expect((await second.store.findImage(key))?.image.tags).toEqual(["miracle"]);
    await second.store.close();
    expect(exactContent(path)).toEqual(before);
    expect(before.filter((line) => line.startsWith("imagetags_migration text"))).toHaveLength(
      MIGRATION_NAMES.length,
    );
  });

  test("leaves Glance's schema and every row of it as they are, to the byte", async () => {
    using folder = temporaryFolder();
    const path = copyOfGlance(folder);
    const before = exactContent(path);
    const { store, schema } = await openSqlite(path);
    await store.findImage({ imageId: "none", projectId: "alpha" });
    await store.close();
    expect(schema).toBe("glance");
    expect(before.length).toBeGreaterThan(500);
    expect(exactContent(path)).toEqual(before);
  });

  test.each([
    ["a new file", undefined],
    ["Glance's file", GLANCE_FILE],
  ])("of %s has every commit flushed to disk, and waits for no lock inside SQLite", async (_, copyOf) => {
    using folder = temporaryFolder();
    const path = folder.at("test.db");
    if (copyOf !== undefined) copyFileSync(copyOf, path);
    // The connection's own settings show on that connection only: catch it, changing nothing.
    const pragma = vi.spyOn(Database.prototype, "pragma");
    const { store } = await openSqlite(path);
    const [connection] = pragma.mock.contexts;
    if (!(connection instanceof Database)) throw new Error("The connection was not caught.");
    expect(connection.pragma("journal_mode", { simple: true })).toBe("wal");
    const FULL = 2;
    expect(connection.pragma("synchronous", { simple: true })).toBe(FULL);
    expect(connection.pragma("busy_timeout", { simple: true })).toBe(0);
    await store.close();
    expect(connection.open).toBe(false);
  });
});

describe("what cannot be used is refused with a message that names the file, and is not touched:", () => {
  test("a file that is no database", async () => {
    using folder = temporaryFolder();
    const path = folder.at("letter.txt");
    writeFileSync(path, "Dear operator, ".repeat(100));
    const before = readFileSync(path);
    expect(await refusal(path)).toMatch(/not a database/);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder.path)).toEqual(["letter.txt"]);
  });

  test("another program's database, with the tables that are missing", async () => {
    using folder = temporaryFolder();
    const path = folder.at("other.db");
    change(path, "CREATE TABLE customers (id INTEGER PRIMARY KEY); CREATE TABLE images (id TEXT)");
    const before = exactContent(path);
    const message = await refusal(path);
    expect(message).toMatch(/neither empty nor a Glance database/);
    expect(message).toMatch(/missing: .*images\.name.*image_tags/);
    expect(exactContent(path)).toEqual(before);
    expect(readdirSync(folder.path)).toEqual(["other.db"]);
  });

  test.each([
    ["image_tags", "deleted_at"],
    ["images", "os_hidden"],
    ["image_members", "status"],
  ])("a Glance database without the column %s.%s, which is named", async (table, column) => {
    using folder = temporaryFolder();
    const path = copyOfGlance(folder);
    change(path, `ALTER TABLE ${table} RENAME COLUMN ${column} TO was_${column}`);
    const before = exactContent(path);
    expect(await refusal(path)).toMatch(new RegExp(`missing: ${table}\\.${column}$`));
    expect(exactContent(path)).toEqual(before);
  });

  test("a file in a folder that does not exist", async () => {
    using folder = temporaryFolder();
    expect(await refusal(folder.at("none", "test.db"))).toMatch(/directory does not exist/);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("a folder", async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at("folder"));
    await refusal(folder.at("folder"));
  });

  test.each([" ", " :memory: ", ":memory:", ""])("%j, which names no file that lasts", async (path) => {
    await refusal(path);
  });

  describe("a file that may not be written:", () => {
    test("of Glance's", async () => {
      using folder = temporaryFolder();
      await refusalOfReadOnly(folder, copyOfGlance(folder));
    });

    test("of Glance's, that was opened before", async () => {
      using folder = temporaryFolder();
      const path = copyOfGlance(folder);
      const { store } = await openSqlite(path);
      await store.close();
      await refusalOfReadOnly(folder, path);
    });

    test("of ours", async () => {
      using folder = temporaryFolder();
      const path = folder.at("ours.db");
      const { store } = await openSqlite(path);
      await store.close();
      await refusalOfReadOnly(folder, path);
    });

    test("of ours, in a folder that may be written", async () => {
      using folder = temporaryFolder();
      const path = folder.at("ours.db");
      const { store } = await openSqlite(path);
      await store.close();
      chmodSync(path, 0o444);
      chmodSync(folder.path, 0o777);
      await asOrdinaryUser(() => refusal(path));
    });

    test("of Glance's, that was opened before, in a folder that may be written", async () => {
      using folder = temporaryFolder();
      const path = copyOfGlance(folder);
      const { store } = await openSqlite(path);
      await store.close();
      chmodSync(path, 0o444);
      chmodSync(folder.path, 0o777);
      await asOrdinaryUser(() => refusal(path));
    });
  });

  test("a file that may not be read", async () => {
    using folder = temporaryFolder();
    const path = copyOfGlance(folder);
    chmodSync(path, 0);
    chmodSync(folder.path, 0o755);
    await asOrdinaryUser(() => refusal(path));
  });
});

/** The message of the error that a path is refused with. */
async function refusal(path: string): Promise<string> {
  try {
    const { store } = await openSqlite(path);
    await store.close();
  } catch (error) {
    expect(error).toBeInstanceOf(DatabaseFileError);
    const message = error instanceof DatabaseFileError ? error.message : "";
    expect(message).toContain(path);
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error(`${path} was opened.`);
}

async function refusalOfReadOnly(folder: TemporaryFolder, path: string): Promise<void> {
  const before = exactContent(path);
  chmodSync(path, 0o444);
  chmodSync(folder.path, 0o555);
  await asOrdinaryUser(() => refusal(path));
  chmodSync(folder.path, 0o755);
  expect(exactContent(path)).toEqual(before);
}

function copyOfGlance(folder: TemporaryFolder): string {
  const path = folder.at("glance.db");
  copyFileSync(GLANCE_FILE, path);
  return path;
}

function change(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** The columns of each table, sorted, and its indexes with their columns, also those of constraints. */
function describeSchema(path: string) {
  const database = new Database(path, { readonly: true });
  const columns = database
    .prepare<[], { table: string; text: string }>(
      `SELECT m.name AS "table", c.name || ' ' || lower(c.type) || ' ' || c."notnull" || ' ' || c.pk || ' '
         || CASE c.dflt_value WHEN 'false' THEN '0' ELSE coalesce(trim(c.dflt_value, ''''), '') END AS text
       FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2`,
    )
    .all();
  const indexes = database
    .prepare<[], { table: string; text: string }>(
      `SELECT m.name AS "table",
         CASE i.origin WHEN 'c' THEN i.name ELSE 'constraint' END || CASE i."unique" WHEN 1 THEN ' unique' ELSE '' END
         || ' (' || (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)) || ')' AS text
       FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table' ORDER BY 1, 2`,
    )
    .all();
  database.close();
  return { columns: byTable(columns), indexes: byTable(indexes) };
}

function byTable(rows: readonly { table: string; text: string }[]): Map<string, string[]> {
  return new Map(
    [...Map.groupBy(rows, (row) => row.table)].map(([table, of]) => [table, of.map((row) => row.text)]),
  );
}
