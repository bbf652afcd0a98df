import type Database from "better-sqlite3";

/**
 * How many pages of 4 KB the write-ahead log gathers before they are moved into the file. A commit waits
 * for that, so it is rarer than SQLite's own 1000; the log grows to about 32 MB.
 */
const CHECKPOINT_PAGES = 8_000;
/** How much of the file a connection keeps in its own memory, in KiB: the system keeps it too. */
const CACHE_SIZE = 2_000;

/** Has a connection to a file with write-ahead logging flush every commit to disk before it returns. */
export function setUpConnection(database: Database.Database): void {
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.pragma(`cache_size = ${-CACHE_SIZE}`);
}
