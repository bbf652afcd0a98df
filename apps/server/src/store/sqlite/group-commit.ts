import type { Attempt, CertainRemoval } from "../sql/removal/preauthorized-removal.ts";
import { StoreOverloaded } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import type { Work } from "../sql/statement.ts";
import { commitGroup, type Change } from "./run-group.ts";
import type { RemovalThread } from "./removal-thread.ts";
import type { SqliteConnection } from "./session.ts";
import { isBusy, toStoreError } from "./failures.ts";

/** How long changes wait for another process that holds the database's lock, in milliseconds. */
const LOCK_PATIENCE = 5_000;
/** How long between two tries for the lock, in milliseconds. */
const LOCK_RETRY = 10;
/** Fewer removals than this are sooner done than handed to another thread. */
const WORTH_A_THREAD = 4;
/** So many are handed to it at once, without waiting for the rest of the input. */
const ENOUGH_TO_BEGIN = 16;
/**
 * How many changes may wait. Each takes about a tenth of a millisecond, and a group of them one flush, so
 * the last of so many waits for a tenth of a second: more would wait for longer than their callers do.
 */
const MOST_WAITING = 1_000;

interface Waiting extends Change {
  readonly since: number;
  /** The change as the thread does it, where it can. */
  readonly removal?: { readonly data: CertainRemoval; readonly answer: (attempt: Attempt) => void };
}

/**
 * Gathers the changes that arrive together into one durable transaction: one `COMMIT`, and so one
 * flush to disk, for all of them. Each is answered after the commit that holds it.
 *
 * Changes are done in the order they came, so each sees those before it. Removals that are certain are
 * handed to a thread when there are several, and so are those that come while it works: what has gathered
 * there meanwhile is its next transaction. The lock is tried for without blocking the process, so that
 * reads and other requests go on.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #thread: RemovalThread;
  readonly #now: () => string;
  #waiting: Waiting[] = [];
  /** How many changes the thread has been given and has not told of. */
  #underWay = 0;
  /** What the thread could not do: it is done here, before all else. */
  #returned: Waiting[] = [];
  /** Whether nothing is handed over, until something has been done here. */
  #holdsBack = false;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(connection: SqliteConnection, thread: RemovalThread, now: () => string) {
    this.#connection = connection;
    this.#thread = thread;
    this.#now = now;
  }

  /** Whether so many changes wait that another is refused. */
  get full(): boolean {
    return this.#waiting.length + this.#returned.length + this.#underWay >= MOST_WAITING;
  }

  /** Does a change in the next transaction; resolves when that is committed. */
  submit<Result>(change: () => Work<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#add({ since: performance.now(), perform: this.#performing(change, resolve, reject), reject });
    });
  }

  /** Does a removal that is certain: `change` here, or `data` in the thread. */
  submitRemoval(data: CertainRemoval, change: () => Work<Attempt>): Promise<Attempt> {
    return new Promise((resolve, reject) => {
      const perform = this.#performing(change, resolve, reject);
      this.#add({ since: performance.now(), perform, reject, removal: { data, answer: resolve } });
    });
  }

  /** Resolves when no change is waiting. */
  drained(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #performing<Result>(
    change: () => Work<Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): () => () => void {
    return () => {
      try {
        const result = this.#connection.run(change());
        return () => resolve(result);
      } catch (error) {
        // A refusal comes before anything is written, so the others are not concerned.
        if (error instanceof Refusal) return () => reject(error.reason);
        throw error;
      }
    };
  }

  #add(change: Waiting): void {
    if (this.full) {
      change.reject(new StoreOverloaded("Too many changes wait for the database."));
      return;
    }
    this.#waiting.push(change);
    // The thread works while the rest of the input is read.
    if (this.#waiting.length >= ENOUGH_TO_BEGIN) this.#handOver();
    // After the input that is already there has been read: its changes join this transaction.
    if (!this.#scheduled) this.#schedule(setImmediate);
  }

  #schedule(later: (then: () => void) => unknown): void {
    this.#scheduled = true;
    later(() => {
      this.#scheduled = false;
      this.#next();
    });
  }

  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#returned.length === 0 && this.#underWay === 0;
  }

  /** Goes on with what has waited longest, or rests. */
  #next(): void {
    this.#handOver();
    // What is left comes after what the thread does.
    if (this.#underWay > 0) return;
    this.#waiting = [...this.#returned.splice(0), ...this.#waiting];
    if (this.#waiting.length > 0) this.#commitWaiting();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Gives the thread the removals that are next, where that is worth it. */
  #handOver(): void {
    if (this.#holdsBack) return;
    const other = this.#waiting.findIndex(({ removal }) => removal === undefined);
    const count = other === -1 ? this.#waiting.length : other;
    if (count === 0 || (count < WORTH_A_THREAD && this.#underWay === 0) || !this.#thread.available()) return;
    const group = this.#waiting.splice(0, count);
    this.#underWay += count;
    const removals = group.flatMap(({ removal }) => (removal === undefined ? [] : [removal.data]));
    this.#thread.perform({ removals, now: this.#now() }).then(
      (attempts) => this.#answer(group, attempts),
      (error: unknown) => {
        this.#underWay -= count;
        for (const change of group) change.reject(error);
        this.#next();
      },
    );
  }

  #answer(group: readonly Waiting[], attempts: readonly Attempt[] | undefined): void {
    this.#underWay -= group.length;
    if (attempts === undefined) {
      this.#holdsBack = true;
      this.#returned.push(...group);
    } else {
      for (const [index, attempt] of attempts.entries()) group[index]?.removal?.answer(attempt);
    }
    this.#next();
  }

  #commitWaiting(): void {
    if (!this.#begin()) {
      this.#holdsBack = true;
      this.#schedule((then) => setTimeout(then, LOCK_RETRY));
      return;
    }
    this.#holdsBack = false;
    const group = this.#waiting;
    this.#waiting = [];
    if (group.length > 0) commitGroup(this.#connection, group);
    this.#next();
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
