import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { errorCode, errorText } from "../../error-text.ts";
import { MIGRATION_TABLE } from "../migrations/index.ts";
import { recogniseSchema } from "../sql/recognise-schema.ts";
import { REQUIRED_COLUMNS } from "../sql/schema.ts";
import { readTables } from "./inspect.ts";
import { DatabaseFileError } from "./open.ts";

/** The time to wait for another process that holds the file, in milliseconds. */
const PATIENCE = 5_000;
/** The pages of 4 KB that are copied before anything else is heeded. */
const PAGES = 2_000;

/**
 * Copies an SQLite file as it is at one moment, while others write to it, and checks the copy. The copy appears
 * at `target` only when it is whole and on disk, and only its owner may read it. A file that is there already
 * is left. Rejects with a {@link DatabaseFileError}.
 */
export async function backUpSqlite(path: string, target: string, signal: AbortSignal): Promise<void> {
  const full = resolve(target);
  const temporary = `${full}.${randomBytes(6).toString("hex")}.part`;
  try {
    refuseWhereThere(full);
    closeSync(openSync(temporary, "wx", 0o600));
    try {
      await copy(path, temporary, signal);
      verify(temporary);
      flush(temporary);
      signal.throwIfAborted();
      refuseWhereThere(full);
      renameSync(temporary, full);
    } finally {
      for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(`${temporary}${end}`, { force: true });
    }
    flush(dirname(full));
  } catch (error) {
    throw new DatabaseFileError(
      `The database ${resolve(path)} was not backed up to ${full}: ${reasonOf(error)}.`,
      { cause: error },
    );
  }
}

async function copy(path: string, temporary: string, signal: AbortSignal): Promise<void> {
  // Nothing is written to the file. Opened read-only, it would leave a log behind that was not there.
  const file = new Database(path, { fileMustExist: true, timeout: PATIENCE });
  try {
    // Without a transaction, each commit of others would begin the copy anew.
    file.exec("BEGIN");
    recogniseSchema(readTables(file), MIGRATION_TABLE);
    await file.backup(temporary, {
      progress() {
        signal.throwIfAborted();
        return PAGES;
      },
    });
  } finally {
    file.close();
  }
}

/** Throws where the copy is not sound. Leaves it in one file, without a log beside it. */
function verify(temporary: string): void {
  const file = new Database(temporary, { fileMustExist: true });
  try {
    file.pragma("journal_mode = DELETE");
    const found = file.pragma("integrity_check(1)", { simple: true });
    if (found !== "ok") throw new Error(`the copy is not sound: ${String(found)}`);
    if (recogniseSchema(readTables(file), MIGRATION_TABLE) === "new") throw new Error("it has no tables");
    for (const [table, columns] of Object.entries(REQUIRED_COLUMNS)) {
      file.prepare(`SELECT ${columns.join(", ")} FROM ${table} LIMIT 1`).get();
    }
  } finally {
    file.close();
  }
}

function flush(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A link that leads nowhere counts as a file too. */
function refuseWhereThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw new Error("it is there already");
}

function reasonOf(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return "there is no such folder";
    case "SQLITE_FULL":
    case "ENOSPC":
      return "the disk is full";
    case "SQLITE_BUSY":
      return "another process holds it";
    default:
      return errorText(error);
  }
}
