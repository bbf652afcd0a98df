import { copyFileSync } from "node:fs";
import Database from "better-sqlite3";
import type { ImageStore } from "../store/image-store.ts";
import { openSqlite } from "../store/sqlite/open-sqlite.ts";
import { GLANCE_FILE } from "./glance-file.ts";
import { insertRows } from "./image-rows.ts";
import { dumpSqlite, type Row, type TableDump } from "./table-dump.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A store on a database of its own, and the ways past the store to that database. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ImageStore;
  /** Another store over the same database, as another process has it; closed with this one. */
  openAnother(): Promise<ImageStore>;
  /** Writes rows of the same columns as another program does, all at once. */
  insert(table: string, ...rows: Row[]): Promise<void>;
  /** Every row there is. */
  dump(): Promise<TableDump>;
}

/** A database that the tests of {@link ImageStore} run on. */
export interface DatabaseKind {
  readonly name: string;
  /** Whether it holds the images that Glance wrote. See `data/`. */
  readonly hasGlancesImages: boolean;
  open(clock?: () => Date): Promise<StoreUnderTest>;
}

/** Every database that the guarantees of {@link ImageStore} are proved on. */
export const DATABASE_KINDS: readonly DatabaseKind[] = [
  { name: "a new SQLite file", hasGlancesImages: false, open: (clock) => openFile(clock, undefined) },
  { name: "Glance's SQLite file", hasGlancesImages: true, open: (clock) => openFile(clock, GLANCE_FILE) },
];

async function openFile(
  clock: (() => Date) | undefined,
  copyOf: string | undefined,
): Promise<StoreUnderTest> {
  const folder = temporaryFolder();
  const path = folder.at("test.db");
  if (copyOf !== undefined) copyFileSync(copyOf, path);
  const { store } = await openSqlite(path, clock);
  const stores: ImageStore[] = [store];
  return {
    store,
    async openAnother() {
      const another = await openSqlite(path, clock);
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
