import type { Kysely } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import { Moments } from "../sql/moments.ts";
import type {
  BatchRemoval,
  PreauthorizedRemoval,
  RemovalOutcome,
} from "../sql/removal/preauthorized-removal.ts";
import { RemovalBatcher } from "../sql/removal/removal-batcher.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";
import { Admission } from "./admission.ts";
import { GRACE, type Session, type SessionPool } from "./session.ts";
import { runAutocommit, runChange, runRead } from "./transaction.ts";
import { withDeadline } from "./with-deadline.ts";
import { withRetry } from "./with-retry.ts";

/** With fewer changes under way a removal is sooner done by itself than in a batch of several. */
const WORTH_A_BATCH = 4;

/** What a {@link PooledDatabase} is made of. */
export interface PooledDatabaseParts {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly recordsEvents: boolean;
  readonly batchRemoval: BatchRemoval;
  readonly pool: SessionPool;
  /** How long a change is tried, in milliseconds; a try that is under way then is finished. */
  readonly patience: number;
  readonly clock?: (() => Date) | undefined;
}

/**
 * A database server as a {@link SqlDatabase}: each piece of work has a connection of the pool to itself.
 *
 * A change that the database aborts, as after a deadlock, is done again from its start. Where nobody can
 * tell whether a commit happened, nothing is done again: that is a `StoreUnavailable`.
 */
export class PooledDatabase implements SqlDatabase {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly moments: Moments;
  readonly recordsEvents: boolean;
  readonly batchRemoval: BatchRemoval;
  readonly #pool: SessionPool;
  readonly #patience: number;
  readonly #admission = new Admission();
  readonly #batcher = new RemovalBatcher((removals) => this.#removeBatch(removals));
  #closed: Promise<void> | undefined;

  constructor({ queries, dialect, recordsEvents, batchRemoval, pool, patience, clock }: PooledDatabaseParts) {
    this.queries = queries;
    this.dialect = dialect;
    this.batchRemoval = batchRemoval;
    this.#pool = pool;
    this.#patience = patience;
    this.moments = new Moments(clock);
    this.recordsEvents = recordsEvents;
  }

  change<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.change(() => this.#retried((session) => runChange(session, steps())));
  }

  autocommit<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.change(() => this.#retried((session) => runAutocommit(session, steps())));
  }

  read<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.track(this.#retried((session) => runRead(session, steps())));
  }

  probe(steps: () => Steps<void>): Promise<void> {
    return this.#admission.track(this.#retried((session) => runChange(session, steps())));
  }

  removePreauthorized(removal: PreauthorizedRemoval): Promise<RemovalOutcome> {
    const isAlone = this.#admission.changes < WORTH_A_BATCH;
    return this.#admission.change(async () => {
      const isDone = isAlone
        ? (await this.#removeBatch([removal])).has(removal)
        : await this.#batcher.remove(removal);
      return isDone ? "removed" : "unknown";
    });
  }

  overloaded(): boolean {
    return this.#admission.full;
  }

  close(): Promise<void> {
    this.#closed ??= this.#admission.idle().then(() => this.#pool.close());
    return this.#closed;
  }

  #removeBatch(removals: readonly PreauthorizedRemoval[]): Promise<ReadonlySet<PreauthorizedRemoval>> {
    const { inTransaction, steps } = this.batchRemoval;
    const run = inTransaction(removals.length) ? runChange : runAutocommit;
    return this.#retried((session) => run(session, steps(removals, this.moments.next(removals.length))));
  }

  /** What is not over in time goes on, but whoever asked is told that nobody knows what becomes of it. */
  #retried<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const attempt = async () => await work(await this.#pool.acquire());
    const outcome = this.#admission.track(withRetry(attempt, this.#patience));
    return withDeadline(outcome, this.#patience + GRACE);
  }
}
