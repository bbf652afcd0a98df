import Database from "better-sqlite3";
import { errorText } from "../../error-text.ts";
import { migrateSqlite, MIGRATION_TABLE } from "./migrate-sqlite.ts";
import { recogniseSchema, type FoundSchema } from "../recognise-schema.ts";
import { SqlImageStore } from "../sql-image-store.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

/** An open store, and whose schema its database has. */
export interface OpenedStore {
  readonly store: SqlImageStore;
  readonly schema: FoundSchema;
}

/** A database that cannot be used; the message names the file and says why. */
export class DatabaseFileError extends Error {
  override readonly name = "DatabaseFileError";
}

/**
 * How many pages of 4 KB the write-ahead log gathers before they are moved into the file. A commit waits
 * for that, so it is rarer than SQLite's own 1000; the log grows to about 32 MB.
 */
const CHECKPOINT_PAGES = 8_000;

/** How long to wait at the start for another process that holds the file, in milliseconds. */
const START_PATIENCE = 5_000;

/**
 * Opens an SQLite file. A new or empty one gets our schema, one of ours is brought up to date, and one
 * that Glance made is used as it is: none of its tables, indexes or rows is altered.
 */
export async function openSqlite(path: string, clock?: () => Date): Promise<OpenedStore> {
  const database = openFile(path);
  try {
    const schema = recogniseSchema(tablesOf(database), MIGRATION_TABLE);
    makeDurable(database);
    if (schema !== "glance") await migrateSqlite(database);
    // From here on a lock is waited for without blocking the process.
    database.pragma("busy_timeout = 0");
    return { store: new SqlImageStore(new SqliteDatabase(database), clock), schema };
  } catch (error) {
    database.close();
    throw new DatabaseFileError(`The database ${path} cannot be used: ${errorText(error)}`, { cause: error });
  }
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path, { timeout: START_PATIENCE });
  } catch (error) {
    throw new DatabaseFileError(`The database ${path} cannot be opened: ${errorText(error)}`, {
      cause: error,
    });
  }
}

/** Every commit is flushed to disk before it is answered, and readers do not wait for writers. */
function makeDurable(database: Database.Database): void {
  const mode = database.pragma("journal_mode = WAL", { simple: true });
  if (mode !== "wal")
    throw new Error(`write-ahead logging is not possible there (journal mode ${String(mode)})`);
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

function tablesOf(database: Database.Database): Map<string, Set<string>> {
  const columns = database
    .prepare<[], { table: string; column: string }>(
      `SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema m, pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all();
  const tables = new Map<string, Set<string>>();
  for (const { table, column } of columns) {
    const known = tables.get(table) ?? new Set();
    known.add(column);
    tables.set(table, known);
  }
  return tables;
}
