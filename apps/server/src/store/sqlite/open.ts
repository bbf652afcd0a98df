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

/** A database that cannot be used. The message names the file and says why. */
export class DatabaseFileError extends Error {
  override readonly name = "DatabaseFileError";
}

/** The time to wait at the start for another process that holds the file, in milliseconds. */
const START_PATIENCE = 5_000;
/**
 * The pages of 4 KB that the write-ahead log gathers before they are moved into the file. A commit waits for
 * that, so it is rarer than SQLite's own 1000. The log grows to about 32 MB.
 */
const CHECKPOINT_PAGES = 8_000;
/** The part of the file that a connection keeps in its own memory, in KiB. The system keeps it too. */
const CACHE_SIZE = 2_000;

/** How an SQLite file is opened. */
export interface SqliteOptions {
  readonly clock?: (() => Date) | undefined;
  /** Is told when the file is not at its path any more. */
  readonly report?: ((problem: string) => void) | undefined;
  /** Whether the tables of ours are made beside Glance's. */
  readonly alongside?: boolean;
  /** See `DatabaseSettings`. */
  readonly destinations?: readonly string[];
}

/**
 * Opens an SQLite file. A new or empty one gets our schema. One of ours is brought up to date. One that Glance
 * made is used as it is: none of its tables, indexes or rows is altered. `made` names
 * the tables of ours that were made beside Glance's.
 */
export async function openSqlite(
  path: string,
  { clock, report, alongside = false, destinations }: SqliteOptions = {},
): Promise<{
  store: SqlImageStore;
  database: SqliteDatabase;
  schema: FoundSchema;
  made?: readonly string[] | undefined;
}> {
  const file = openFile(path);
  try {
    // Nothing is written before this: an unknown database stays as it is.
    recogniseSchema(readTables(file), MIGRATION_TABLE);
    await makeDurable(file);
    const { schema, made } = await prepare(file, alongside);
    // Later locks are waited for without blocking the process.
    file.pragma("busy_timeout = 0");
    const database = new SqliteDatabase(file, { clock, report, destinations });
    return { store: new SqlImageStore(database), database, schema, made };
  } catch (error) {
    file.close();
    throw new DatabaseFileError(`The database ${path} cannot be used: ${reasonFor(path, error)}`, {
      cause: error,
    });
  }
}

/**
 * Turns on the write-ahead log. Two processes that do so at once would wait for each other, so SQLite refuses
 * one at once.
 */
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

/**
 * Prepares a database under its lock, so that one of several processes migrates. Fails where nothing can be written.
 */
async function prepare(
  database: Database.Database,
  alongside: boolean,
): Promise<{ readonly schema: FoundSchema; readonly made?: readonly string[] }> {
  database.exec("BEGIN IMMEDIATE");
  const schema = recogniseSchema(readTables(database), MIGRATION_TABLE);
  let made: readonly string[] | undefined;
  if (schema !== "glance") await migrateSqlite(database, schema);
  else if (alongside) made = await makeSqliteAlongside(database);
  // SQLite opens a read-only file without an error. This statement changes nothing, but fails there.
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

/** Has every commit flushed to disk before it is answered. Readers do not wait for writers. */
async function makeDurable(database: Database.Database): Promise<void> {
  const mode = await writeAheadLog(database);
  if (mode !== "wal")
    throw new Error(`write-ahead logging is not possible there (journal mode ${String(mode)})`);
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`cache_size = ${-CACHE_SIZE}`);
}
