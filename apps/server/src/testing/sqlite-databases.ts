import { copyFileSync } from "node:fs";
import { dumpSqlite } from "@imagetags/testing/databases/table-dump";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import Database from "better-sqlite3";
import type { ImageStore } from "../images/model/image-store.ts";
import { openSqlite } from "../store/sqlite/open.ts";
import type { StoreUnderTest } from "./database-kind.ts";
import { insertRows } from "./image-rows.ts";

let newFile: Promise<string> | undefined;

/** The path of a file with our tables and without rows. Tests get copies of it, since making tables takes time. */
export function newSqliteFile(): Promise<string> {
  return (newFile ??= makeNewFile());
}

async function makeNewFile(): Promise<string> {
  // The folder goes away when the process ends.
  const path = temporaryFolder("new").at("new.db");
  const { store } = await openSqlite(path);
  await store.close();
  return path;
}

/** Opens a new SQLite file, or a copy of one. */
export async function openSqliteFile(
  clock: (() => Date) | undefined,
  copyOf: string | undefined,
): Promise<StoreUnderTest> {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  copyFileSync(copyOf ?? (await newSqliteFile()), path);
  const { store } = await openSqlite(path, { clock });
  const stores: ImageStore[] = [store];
  return {
    store,
    url: `sqlite:${path}`,
    async openAnother() {
      const another = await openSqlite(path, { clock });
      stores.push(another.store);
      return another.store;
    },
    async insert(table, ...rows) {
      const database = new Database(path);
      insertRows(database, table, rows);
      database.close();
    },
    dump: async () => dumpSqlite(path),
    async [Symbol.asyncDispose]() {
      for (const open of stores) await open.close();
      folder[Symbol.dispose]();
    },
  };
}
