import type { SqliteConnection } from "./session.ts";
import { isFull, toStoreError } from "./failures.ts";
import { observer } from "../../observer.ts";

/** A change that waits for its transaction. */
export interface Change {
  /** Does the change in the open transaction. Returns how to answer once that is committed. */
  readonly perform: () => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does changes in the open transaction, and answers each after the commit. On a full disk they are done once
 * more after the write-ahead log was moved into the file, which gives its room back.
 */
export function runGroup(connection: SqliteConnection, group: readonly Change[], mayMakeRoom = true): void {
  const answers: (() => void)[] = [];
  try {
    for (const change of group) answers.push(change.perform());
    commit(connection, group.length);
  } catch (error) {
    // SQLite has already rolled back by itself after some errors, such as a full disk.
    if (connection.inTransaction) connection.execute("ROLLBACK");
    if (mayMakeRoom && isFull(error) && connection.makeRoom()) runEach(connection, group, false);
    else if (group.length === 1) group[0]?.reject(toStoreError(error));
    else {
      observer?.retried("group-failed");
      runEach(connection, group, mayMakeRoom);
    }
    return;
  }
  for (const answer of answers) answer();
}

function commit(connection: SqliteConnection, changes: number): void {
  const begun = performance.now();
  connection.execute("COMMIT");
  observer?.sqliteCommitted(changes, performance.now() - begun);
}

/** Tries each change alone after a failure that rolled all of them back. So only the failing one fails. */
function runEach(connection: SqliteConnection, group: readonly Change[], mayMakeRoom: boolean): void {
  for (const change of group) {
    try {
      connection.execute("BEGIN IMMEDIATE");
    } catch (error) {
      change.reject(toStoreError(error));
      continue;
    }
    runGroup(connection, [change], mayMakeRoom);
  }
}
