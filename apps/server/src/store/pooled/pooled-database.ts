import type { Kysely } from "kysely";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import type { Dialect } from "../sql/dialect.ts";
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
import { withRetry } from "./with-retry.ts";

/** A removal is quicker by itself than in a batch while fewer changes are under way. */
const WORTH_A_BATCH = 4;

/** What a {@link PooledDatabase} is made of. */
export interface PooledDatabaseParts {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly batchRemoval: BatchRemoval;
  readonly pool: SessionPool;
  /** The time that a change is tried, in milliseconds. A try that is under way then is finished. */
  readonly patience: number;
  readonly clock?: (() => Date) | undefined;
}

/**
 * A database server as a {@link SqlDatabase}. Each piece of work has a connection of the pool to itself.
 *
 * A change that the database aborts, as after a deadlock, is done again from its start. Nothing is done again
 * where nobody can tell whether a commit happened: that is a `StoreUnavailable`.
 */
export class PooledDatabase implements SqlDatabase {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly batchRemoval: BatchRemoval;
  readonly #pool: SessionPool;
  readonly #patience: number;
  readonly #clock: () => Date;
  readonly #admission = new Admission();
  readonly #batcher = new RemovalBatcher((removals) => this.#removeBatch(removals));
  #closed: Promise<void> | undefined;

  constructor({ queries, dialect, batchRemoval, pool, patience, clock }: PooledDatabaseParts) {
    this.queries = queries;
    this.dialect = dialect;
    this.batchRemoval = batchRemoval;
    this.#pool = pool;
    this.#patience = patience;
    this.#clock = clock ?? (() => new Date());
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
    return this.#retried((session) => run(session, steps(removals, this.dialect.toTime(this.#clock()))));
  }

  /** Work that is not over in time goes on. Its caller is told that nobody knows what becomes of it. */
  #retried<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    const attempt = async () => await work(await this.#pool.acquire());
    const outcome = this.#admission.track(withRetry(attempt, this.#patience));
    return withDeadline(outcome, this.#patience + GRACE);
  }
}

/**
 * The outcome of work. Rejects with a {@link StoreUnavailable} when there is none within `deadline`
 * milliseconds.
 */
async function withDeadline<Result>(work: Promise<Result>, deadline: number): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new StoreUnavailable("The database did not do it in time; nobody knows whether it will."));
  }, deadline);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
