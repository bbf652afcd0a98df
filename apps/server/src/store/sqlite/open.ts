import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { errorCode, errorText } from "../../error-text.ts";
import { MIGRATION_TABLE } from "../migrations/index.ts";
import { makeSqliteAlongside, migrateSqlite } from "./migrate.ts";
import { recogniseSchema, type FoundSchema } from "../sql/recognise-schema.ts";
import { SqlImageStore } from "../sql/sql-image-store.ts";
import { isBusy } from "./failures.ts";
import { readTables } from "./inspect.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

/** A database that cannot be used; the message names the file and says why. */
export class DatabaseFileError extends Error {
  override readonly name = "DatabaseFileError";
}

/** How long to wait at the start for another process that holds the file, in milliseconds. */
const START_PATIENCE = 5_000;
/**
 * How many pages of 4 KB the write-ahead log gathers before they are moved into the file. A commit waits
 * for that, so it is rarer than SQLite's own 1000; the log grows to about 32 MB.
 */
const CHECKPOINT_PAGES = 8_000;
/** How much of the file a connection keeps in its own memory, in KiB: the system keeps it too. */
const CACHE_SIZE = 2_000;

/**
 * Opens an SQLite file. A new or empty one gets our schema, one of ours is brought up to date, and one
 * that Glance made is used as it is: none of its tables, indexes or rows is altered. `report` is told when the
 * file is not at its path any more. `alongside` has the tables of ours made beside Glance's; `made` names them.
 */
export async function openSqlite(
  path: string,
  clock = () => new Date(),
  report?: (problem: string) => void,
  alongside = false,
): Promise<{
  store: SqlImageStore;
  database: SqliteDatabase;
  schema: FoundSchema;
  made?: readonly string[] | undefined;
}> {
  const file = openFile(path);
  try {
    // Before anything is written: a database that is nobody's we know stays as it is.
    recogniseSchema(readTables(file), MIGRATION_TABLE);
    await makeDurable(file);
    const { schema, made } = await prepare(file, alongside);
    // From here on a lock is waited for without blocking the process.
    file.pragma("busy_timeout = 0");
    const database = new SqliteDatabase(file, clock, report);
    return { store: new SqlImageStore(database), database, schema, made };
  } catch (error) {
    file.close();
    throw new DatabaseFileError(`The database ${path} cannot be used: ${reasonFor(path, error)}`, {
      cause: error,
    });
  }
}

/** Two processes that turn it on at once would wait for each other, so SQLite refuses one at once. */
async function writeAheadLog(database: Database.Database): Promise<unknown> {
  const start = performance.now();
  for (;;) {
    try {
      return database.pragma("journal_mode = WAL", { simple: true });
    } catch (error) {
      if (!isBusy(error) || performance.now() - start > START_PATIENCE) throw error;
      await sleep(10);
    }
  }
}

/** Under the database's lock, so that of several processes one migrates; fails where nothing can be written. */
async function prepare(
  database: Database.Database,
  alongside: boolean,
): Promise<{ readonly schema: FoundSchema; readonly made?: readonly string[] }> {
  database.exec("BEGIN IMMEDIATE");
  const schema = recogniseSchema(readTables(database), MIGRATION_TABLE);
  let made: readonly string[] | undefined;
  if (schema !== "glance") await migrateSqlite(database);
  else if (alongside) made = await makeSqliteAlongside(database);
  // Changes nothing, but only where something could be: SQLite opens a read-only file without a word.
  database.exec("UPDATE images SET id = id WHERE false");
  database.exec("COMMIT");
  return made === undefined ? { schema } : { schema, made };
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path, { timeout: START_PATIENCE });
  } catch (error) {
    throw new DatabaseFileError(`The database ${path} cannot be opened: ${reasonFor(path, error)}`, {
      cause: error,
    });
  }
}

/** Why a file cannot be used. SQLite itself does not tell a file system that is read-only. */
function reasonFor(path: string, error: unknown): string {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (problem) {
    if (errorCode(problem) === "EROFS") return "it is on a read-only file system";
  }
  return errorText(error);
}

/** Every commit is flushed to disk before it is answered, and readers do not wait for writers. */
async function makeDurable(database: Database.Database): Promise<void> {
  const mode = await writeAheadLog(database);
  if (mode !== "wal")
    throw new Error(`write-ahead logging is not possible there (journal mode ${String(mode)})`);
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`cache_size = ${-CACHE_SIZE}`);
}
