import { StoreOverloaded } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import type { Steps } from "../sql/statement.ts";
import { isBusy, toStoreError } from "./failures.ts";
import { runGroup, type Change } from "./run-group.ts";
import type { SqliteConnection } from "./session.ts";

/** How long changes wait for another process that holds the database's lock, in milliseconds. */
const LOCK_PATIENCE = 5_000;
/** How long between two tries for the lock, in milliseconds. */
const LOCK_RETRY = 10;
/**
 * How many changes may wait. Each takes about a tenth of a millisecond, and a group of them one flush, so
 * the last of so many waits for a tenth of a second: more would wait for longer than their callers do.
 */
const MOST_WAITING = 1_000;

interface Waiting extends Change {
  readonly since: number;
}

/**
 * Gathers the changes that arrive together into one durable transaction: one `COMMIT`, and so one flush to
 * disk, for all of them. Each is answered after the commit that holds it.
 *
 * Changes are done in the order they came, so each sees those before it. The lock is tried for without
 * blocking the process, so that reads and other requests go on.
 */
export class ChangeQueue {
  readonly #connection: SqliteConnection;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Whether so many changes wait that another is refused. */
  get full(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Does a change in the next transaction; resolves when that is committed. */
  submit<Result>(change: () => Steps<Result>): Promise<Result> {
    if (this.full) return Promise.reject(new StoreOverloaded("Too many changes wait for the database."));
    return new Promise((resolve, reject) => {
      const perform = (): (() => void) => {
        try {
          const result = this.#connection.run(change());
          return () => resolve(result);
        } catch (error) {
          // A refusal comes before anything is written, so the others are not concerned.
          if (error instanceof Refusal) return () => reject(error.reason);
          throw error;
        }
      };
      this.#waiting.push({ since: performance.now(), perform, reject });
      // After the input that is already there has been read: its changes join this transaction.
      if (!this.#isScheduled) this.#schedule(setImmediate);
    });
  }

  /** Resolves when no change is waiting. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(later: (then: () => void) => unknown): void {
    this.#isScheduled = true;
    later(() => {
      this.#isScheduled = false;
      this.#commitWaiting();
    });
  }

  #commitWaiting(): void {
    if (!this.#begin()) {
      this.#schedule((then) => setTimeout(then, LOCK_RETRY));
      return;
    }
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 0) runGroup(this.#connection, group);
    for (const resolve of this.#idle.splice(0)) resolve();
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
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  const yes: Item[] = [];
  const no: Item[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
