import { Refusal } from "../open-for-change.ts";
import type { Work } from "../statement.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy, toStoreError } from "./sqlite-errors.ts";

/** How long changes wait for another process that holds the database's lock, in milliseconds. */
const LOCK_PATIENCE = 5_000;
/** How long between two tries for the lock, in milliseconds. */
const LOCK_RETRY = 10;

interface Waiting {
  readonly since: number;
  /** Does the change in the open transaction and returns how to answer once that is committed. */
  readonly perform: () => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the changes that arrive together into one durable transaction: one `COMMIT`, and so one
 * flush to disk, for all of them. Each is answered after the commit that holds it.
 *
 * Changes are done in the order they came, so each sees those before it. The lock is tried for without
 * blocking the process, so that reads and other requests go on meanwhile.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Does a change in the next transaction; resolves when that is committed. */
  submit<Result>(change: () => Work<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        since: performance.now(),
        perform: () => {
          try {
            const result = this.#connection.run(change());
            return () => resolve(result);
          } catch (error) {
            // A refusal comes before anything is written, so the others are not concerned.
            if (error instanceof Refusal) return () => reject(error.reason);
            throw error;
          }
        },
        reject,
      });
      this.#schedule();
    });
  }

  /** Resolves when no change is waiting. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the input that is already there has been read: its changes join this transaction.
    setImmediate(() => this.#commitWaiting());
  }

  #commitWaiting(): void {
    if (!this.#begin()) {
      setTimeout(() => this.#commitWaiting(), LOCK_RETRY);
      return;
    }
    const group = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    if (group.length > 0) this.#commit(group);
    if (this.#waiting.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Takes the lock; `false` when another process has it and there is still time to wait. */
  #begin(): boolean {
    try {
      this.#connection.execute("BEGIN IMMEDIATE");
      return true;
    } catch (error) {
      const reason = toStoreError(error);
      const patientSince = isBusy(error) ? performance.now() - LOCK_PATIENCE : Infinity;
      const [expired, patient] = partition(this.#waiting, (change) => change.since <= patientSince);
      this.#waiting = patient;
      for (const change of expired) change.reject(reason);
      // With nobody left waiting there is nothing to begin.
      return patient.length === 0;
    }
  }

  #commit(group: readonly Waiting[]): void {
    const answers: (() => void)[] = [];
    try {
      for (const change of group) answers.push(change.perform());
      this.#connection.execute("COMMIT");
    } catch (error) {
      this.#rollBack();
      if (group.length === 1) group[0]?.reject(toStoreError(error));
      else this.#commitEach(group);
      return;
    }
    for (const answer of answers) answer();
  }

  /** One of them failed and all were taken back: each is tried alone, so that only that one fails. */
  #commitEach(group: readonly Waiting[]): void {
    for (const change of group) {
      try {
        this.#connection.execute("BEGIN IMMEDIATE");
      } catch (error) {
        change.reject(toStoreError(error));
        continue;
      }
      this.#commit([change]);
    }
  }

  #rollBack(): void {
    // SQLite has already rolled back by itself after some errors, such as a full disk.
    if (this.#connection.inTransaction) this.#connection.execute("ROLLBACK");
  }
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const yes: Item[] = [];
  const no: Item[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
