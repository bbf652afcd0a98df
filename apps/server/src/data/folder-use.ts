import { join } from "node:path";
import Database from "better-sqlite3";

/** How long to wait at the start for another process that clears up, in milliseconds. */
const PATIENCE = 60_000;

/** The use of a folder by this process; other processes can tell it from none. */
export interface FolderUse {
  /** Whether nobody else uses the folder, which holds until {@link FolderUse.share}. */
  readonly alone: boolean;
  /** From here on others may use the folder too. */
  share(): void;
  release(): void;
}

/**
 * Marks a folder as used until the process ends, in whatever way it ends: the system itself lets go of
 * the locks of a dead process. SQLite knows how to lock a file everywhere, so an empty database is the mark.
 */
export function useFolder(folder: string): FolderUse {
  const database = new Database(join(folder, ".in-use"), { timeout: 0 });
  try {
    const alone = lockAlone(database);
    if (!alone) lockShared(database);
    return {
      alone,
      share() {
        if (!alone) return;
        database.exec("COMMIT");
        lockShared(database);
      },
      release: () => void database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function lockAlone(database: Database.Database): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return false;
    throw error;
  }
}

/** A reader's lock, which is held as long as the transaction is open. */
function lockShared(database: Database.Database): void {
  // A process that found itself alone keeps others out until it has cleared up.
  database.pragma(`busy_timeout = ${PATIENCE}`);
  database.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
}
