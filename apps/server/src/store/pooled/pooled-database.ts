import type { Kysely } from "kysely";
import { requestTime } from "../../request-time.ts";
import { StoreReadOnly } from "../../images/model/image-store.ts";
import type { Dialect } from "../sql/dialect.ts";
import { Moments } from "../sql/moments.ts";
import type {
  BatchRemoval,
  PreauthorizedRemoval,
  RemovalOutcome,
} from "../sql/removal/preauthorized-removal.ts";
import { RemovalBatcher } from "../sql/removal/removal-batcher.ts";
import type { Schema } from "../sql/schema.ts";
import type { DatabaseFigures, SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";
import { Admission } from "./admission.ts";
import { Deadline } from "./deadline.ts";
import { GRACE, type Session, type SessionPool } from "./session.ts";
import { runAutocommit, runChange, runRead } from "./transaction.ts";
import { withRetry } from "./with-retry.ts";

/** A removal is quicker by itself than in a batch while fewer changes are under way. */
const WORTH_A_BATCH = 4;

/** Runs steps on a connection, and gives it back. */
type Run<Result> = (session: Session, steps: Steps<Result>, deadline: Deadline) => Promise<Result>;

/** What a {@link PooledDatabase} is made of. */
export interface PooledDatabaseParts {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly recordsEvents: boolean;
  readonly hasOutbox: boolean;
  readonly destinations: readonly string[];
  readonly holdsRules: boolean;
  readonly isGlances: boolean;
  readonly batchRemoval: BatchRemoval;
  readonly pool: SessionPool;
  /** The time that a statement may take, in milliseconds. All that is done for a request has {@link GRACE} more. */
  readonly statementTimeout: number;
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
  readonly moments: Moments;
  readonly recordsEvents: boolean;
  readonly hasOutbox: boolean;
  readonly destinations: readonly string[];
  readonly holdsRules: boolean;
  readonly isGlances: boolean;
  readonly batchRemoval: BatchRemoval;
  readonly #pool: SessionPool;
  readonly #limit: number;
  readonly #admission = new Admission();
  readonly #batcher = new RemovalBatcher((removals) =>
    this.#removeBatch(removals, new Deadline(this.#limit)),
  );
  #closed: Promise<void> | undefined;

  constructor(parts: PooledDatabaseParts) {
    const { queries, dialect, recordsEvents, batchRemoval, pool, statementTimeout, clock } = parts;
    this.queries = queries;
    this.dialect = dialect;
    this.batchRemoval = batchRemoval;
    this.#pool = pool;
    this.#limit = statementTimeout + GRACE;
    this.moments = new Moments(clock);
    this.recordsEvents = recordsEvents;
    this.hasOutbox = parts.hasOutbox;
    this.destinations = parts.destinations;
    this.holdsRules = parts.holdsRules;
    this.isGlances = parts.isGlances;
  }

  change<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.change(() => this.#run(runChange, steps));
  }

  autocommit<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.change(() => this.#run(runAutocommit, steps));
  }

  read<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#admission.track(this.#run(runRead, steps));
  }

  probe(steps: () => Steps<void>): Promise<void> {
    return this.#admission.track(this.#run(runChange, steps));
  }

  removePreauthorized(removal: PreauthorizedRemoval): Promise<RemovalOutcome> {
    const isAlone = this.#admission.changes < WORTH_A_BATCH;
    return this.#admission.change(() =>
      this.#withinTime(async (deadline) => {
        const isDone = isAlone
          ? (await this.#removeBatch([removal], deadline)).has(removal)
          : await this.#batcher.remove(removal);
        return isDone ? "removed" : "unknown";
      }),
    );
  }

  overloaded(): boolean {
    return this.#admission.full;
  }

  figures(): DatabaseFigures {
    return { changes: this.#admission.changes, pool: this.#pool.figures?.() };
  }

  close(): Promise<void> {
    this.#closed ??= this.#admission.idle().then(() => this.#pool.close());
    return this.#closed;
  }

  #removeBatch(
    removals: readonly PreauthorizedRemoval[],
    deadline: Deadline,
  ): Promise<ReadonlySet<PreauthorizedRemoval>> {
    const { inTransaction, steps } = this.batchRemoval;
    const run = inTransaction(removals.length) ? runChange : runAutocommit;
    const all = () => steps(removals, this.moments.next(removals.length));
    return this.#retried(run, all, deadline);
  }

  #run<Result>(run: Run<Result>, steps: () => Steps<Result>): Promise<Result> {
    return this.#withinTime((deadline) => this.#retried(run, steps, deadline));
  }

  #retried<Result>(run: Run<Result>, steps: () => Steps<Result>, deadline: Deadline): Promise<Result> {
    const isRead = run === runRead;
    const attempt = async (): Promise<Result> => {
      if (!isRead) this.#rejectStalled();
      const session = await this.#pool.acquire(deadline);
      try {
        if (!isRead) this.#rejectStalled();
      } catch (error) {
        session.release();
        throw error;
      }
      return await run(session, steps(), deadline);
    };
    return this.#admission.track(withRetry(attempt, deadline));
  }

  /** A commit that waits for a standby keeps a connection and its locks. One after the other would take all. */
  #rejectStalled(): void {
    if (this.#pool.isStalled?.() === true) throw new StoreReadOnly("The database waits for a standby.");
  }

  /** Does something in the rest of its request's time. */
  async #withinTime<Result>(work: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const time = requestTime();
    const deadline = new Deadline(time?.leftOf(this.#limit) ?? this.#limit);
    try {
      return await deadline.race(work(deadline));
    } finally {
      time?.note(deadline.left);
    }
  }
}
