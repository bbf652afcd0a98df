import Database from "better-sqlite3";
import { StoreFull, StoreReadOnly, StoreUnavailable } from "../../images/model/image-store.ts";

/**
 * Result codes that are the state of the machine or of another process, not a mistake of ours.
 * Source: SQLite, "Result and Error Codes".
 */
const UNAVAILABLE = /^SQLITE_(?:BUSY|LOCKED|IOERR|CANTOPEN|NOMEM|CORRUPT|NOTADB|PROTOCOL)/;

/** An error of the driver in the store's own terms. Any other error stays as it is. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_READONLY")) {
    return new StoreReadOnly(`The database cannot be written to (${error.code}).`, { cause: error });
  }
  if (isFull(error)) {
    return new StoreFull("The database has no room (SQLITE_FULL).", { cause: error });
  }
  if (error instanceof Database.SqliteError && UNAVAILABLE.test(error.code)) {
    return new StoreUnavailable(`The database is not available (${error.code}).`, { cause: error });
  }
  return error;
}

/** Whether another process holds the database's lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(error.code);
}

/** Whether the disk has no room for a transaction. */
export function isFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_FULL");
}
