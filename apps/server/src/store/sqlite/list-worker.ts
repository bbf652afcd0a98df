// This is the thread of a ListThread. It has a connection of its own, and reads one list after the other.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { listCloudTags } from "../sql/lists/list-cloud-tags.ts";
import { listImages } from "../sql/lists/list-images.ts";
import { fieldOf } from "../sql/recognise-schema.ts";
import { compileStatements } from "../sql/statements.ts";
import { sqliteDialect, sqliteQueries } from "./dialect.ts";
import { toStoreError } from "./failures.ts";
import type { ListAsked, ListReply } from "./list-thread.ts";
import { SqliteConnection } from "./session.ts";

/** The priority of lists behind the process's own, where there are not enough CPUs for both. */
const NICE = 10;

// Linux sets this thread's priority. Elsewhere it would be the whole process's.
if (process.platform === "linux") setPriority(NICE);

const parts: unknown = workerData;
const database = new Database(String(fieldOf(parts, "path")), { readonly: true, fileMustExist: true });
const connection = new SqliteConnection(database);
const sql = compileStatements(sqliteQueries, sqliteDialect);
// Nothing is written.
const tx = {
  queries: sqliteQueries,
  sql,
  now: "",
  moment: 0,
  knownRules: undefined,
  recordsEvents: fieldOf(parts, "recordsEvents") === true,
  destinations: [],
  isGlances: false,
};

function list({ of, filter }: ListAsked): ListReply {
  try {
    return of === "images"
      ? { of, page: connection.read(() => listImages(tx, filter)) }
      : { of, page: connection.read(() => listCloudTags(tx, filter)) };
  } catch (error) {
    const reason = toStoreError(error);
    // A mistake of ours ends the thread.
    if (!(reason instanceof StoreUnavailable)) throw error;
    return { unavailable: reason.message };
  }
}

parentPort?.on("message", (message: ListAsked | "close") => {
  if (message === "close") {
    connection.close();
    parentPort?.close();
  } else parentPort?.postMessage(list(message));
});
