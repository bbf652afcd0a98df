import { StoreOverloaded } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import type { Steps } from "../sql/statement.ts";
import { isBusy, toStoreError } from "./failures.ts";
import { runGroup, type Change } from "./run-group.ts";
import type { SqliteConnection } from "./session.ts";

/** The time that changes wait for another process that holds the database's lock, in milliseconds. */
const LOCK_PATIENCE = 5_000;
/** The time between two tries for the lock, in milliseconds. */
const LOCK_RETRY = 10;
/**
 * The most changes that may wait. Each takes about a tenth of a millisecond, and a group of them one flush. So
 * the last of them waits for a tenth of a second; more would wait for longer than their callers do.
 */
const MOST_WAITING = 1_000;

interface Waiting extends Change {
  readonly since: number;
}

/**
 * Gathers the changes that arrive together into one durable transaction, with one `COMMIT` and so one flush to
 * disk. Each is answered after the commit that holds it.
 *
 * Changes are done in the order they came, so each sees those before it. Waiting for the lock does not block
 * the process, so that reads and other requests go on.
 */
export class ChangeQueue {
  readonly #connection: SqliteConnection;
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** The changes that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Whether so many changes wait that another is refused. */
  get full(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  /** Does a change in the next transaction. Resolves when that is committed. */
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
      // Input that is already there is read first, so that its changes join this transaction.
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

  /** Takes the lock. `false` when another process has it and there is still time to wait. */
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
      // There is nothing to begin when nobody is left waiting.
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
