import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

const MARK = /^\.in-use\.([0-9a-f-]{36})$/;

/** The use of a folder by this process. Other processes can tell whether it is over. */
export interface FolderUse {
  /** A UUID that names this use. */
  readonly user: string;
  release(): void;
}

/**
 * Marks a folder as used until the process ends. The system itself releases a process's locks, in whatever way
 * it ends. SQLite knows how to lock a file everywhere, so an empty database is the mark.
 */
export function useFolder(folder: string): FolderUse {
  for (;;) {
    const user = randomUUID();
    const path = markOf(folder, user);
    const mark = lock(path, { fileMustExist: false });
    // Another process may have taken the mark for a dead one's and removed it, between its making and its lock.
    if (mark !== undefined && existsSync(path)) return { user, release: () => remove(path, mark) };
    mark?.close();
  }
}

/** Removes the marks of ended processes. Returns the users that may live. */
export function findLivingUsers(folder: string): Set<string> {
  const living = new Set<string>();
  for (const name of readdirSync(folder)) {
    const user = MARK.exec(name)?.[1];
    if (user === undefined) continue;
    const path = join(folder, name);
    const mark = lock(path, { fileMustExist: true });
    if (mark === undefined) living.add(user);
    else remove(path, mark);
  }
  return living;
}

function markOf(folder: string, user: string): string {
  return join(folder, `.in-use.${user}`);
}

/** Locks a mark. `undefined` when somebody else has the lock, or when a mark that must exist cannot be opened. */
function lock(path: string, { fileMustExist }: { fileMustExist: boolean }): Database.Database | undefined {
  let mark: Database.Database | undefined;
  try {
    mark = new Database(path, { timeout: 0, fileMustExist });
    // Nothing is ever written, and a journal would lie beside the mark.
    mark.pragma("journal_mode = MEMORY");
    mark.exec("BEGIN EXCLUSIVE");
    return mark;
  } catch (error) {
    mark?.close();
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (code.startsWith("SQLITE_BUSY") || (fileMustExist && code.startsWith("SQLITE_CANTOPEN")))
      return undefined;
    throw error;
  }
}

/** Removes a mark while it is locked, so that nobody else can lock it meanwhile. */
function remove(path: string, mark: Database.Database): void {
  rmSync(path, { force: true });
  mark.close();
}
