// This is the thread of a ListThread. It has a connection of its own, and reads one list after the other.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { ImageListFilter } from "../../images/model/image-list-filter.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { listImages } from "../sql/lists/list-images.ts";
import { compileStatements } from "../sql/statements.ts";
import { sqliteDialect, sqliteQueries } from "./dialect.ts";
import { toStoreError } from "./failures.ts";
import type { ListReply } from "./list-thread.ts";
import { SqliteConnection } from "./session.ts";

/** The priority of lists behind the process's own, where there are not enough CPUs for both. */
const NICE = 10;

// Linux sets this thread's priority. Elsewhere it would be the whole process's.
if (process.platform === "linux") setPriority(NICE);

const database = new Database(String(workerData), { readonly: true, fileMustExist: true });
const connection = new SqliteConnection(database);
const sql = compileStatements(sqliteQueries, sqliteDialect);
// Nothing is written.
const tx = {
  queries: sqliteQueries,
  sql,
  now: "",
  moment: 0,
  recordsEvents: false,
  destinations: [],
  isGlances: false,
};

function list(filter: ImageListFilter): ListReply {
  try {
    return { page: connection.read(() => listImages(tx, filter)) };
  } catch (error) {
    const reason = toStoreError(error);
    // A mistake of ours ends the thread.
    if (!(reason instanceof StoreUnavailable)) throw error;
    return { unavailable: reason.message };
  }
}

parentPort?.on("message", (message: ImageListFilter | "close") => {
  if (message === "close") {
    connection.close();
    parentPort?.close();
  } else parentPort?.postMessage(list(message));
});
