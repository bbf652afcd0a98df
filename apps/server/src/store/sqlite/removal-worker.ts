// The thread of a RemovalThread: a connection of its own, one transaction for what has been handed over meanwhile.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { compileRemoval } from "./batch-removal.ts";
import { setUpConnection } from "./set-up-connection.ts";
import type { RemovalGroup, RemovalReply } from "./removal-thread.ts";
import { SqliteConnection } from "./session.ts";

const database = new Database(String(workerData), { timeout: 0, fileMustExist: true });
setUpConnection(database);
const connection = new SqliteConnection(database);
const remove = compileRemoval();

let groups: RemovalGroup[] = [];

function perform(): readonly RemovalReply[] {
  const together = groups;
  groups = [];
  try {
    connection.execute("BEGIN IMMEDIATE");
    const replies = together.map(({ removals, now }) =>
      removals.map((removal) => connection.run(remove(removal, now))),
    );
    connection.execute("COMMIT");
    return replies;
  } catch (error) {
    if (connection.inTransaction) connection.execute("ROLLBACK");
    // A mistake of ours ends the thread.
    if (!(error instanceof Database.SqliteError)) throw error;
    return together.map(() => undefined);
  }
}

function close(): void {
  connection.close();
  parentPort?.close();
}

parentPort?.on("message", (message: RemovalGroup | "close") => {
  // Immediates come after all messages that are already there.
  if (message === "close") setImmediate(close);
  else if (groups.push(message) === 1) setImmediate(() => parentPort?.postMessage(perform()));
});
parentPort?.postMessage("ready");
