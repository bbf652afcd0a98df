// The thread of a RemovalThread: a connection of its own, one transaction for each message.
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { compileRemoval } from "./certain-removal.ts";
import { flushEveryCommit } from "./flush-every-commit.ts";
import type { RemovalGroup, RemovalReply } from "./removal-thread.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy } from "./sqlite-errors.ts";

const database = new Database(String(workerData), { timeout: 0, fileMustExist: true });
flushEveryCommit(database);
const connection = new SqliteConnection(database);
const remove = compileRemoval();

function perform({ removals, now }: RemovalGroup): RemovalReply {
  try {
    connection.execute("BEGIN IMMEDIATE");
    const attempts = removals.map((removal) => connection.run(remove(removal, now)));
    connection.execute("COMMIT");
    return attempts;
  } catch (error) {
    if (connection.inTransaction) connection.execute("ROLLBACK");
    return isBusy(error) ? "busy" : "failed";
  }
}

parentPort?.on("message", (message: RemovalGroup | "close") => {
  if (message !== "close") {
    parentPort?.postMessage(perform(message));
    return;
  }
  connection.close();
  parentPort?.close();
});
parentPort?.postMessage("ready");
