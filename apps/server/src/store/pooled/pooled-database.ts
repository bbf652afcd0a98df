import { setTimeout as sleep } from "node:timers/promises";
import { UUID } from "@imagetags/contract";
import type { Kysely } from "kysely";
import type { Attempt, CertainRemoval } from "../sql/removal/preauthorized-removal.ts";
import type { Dialect } from "../sql/dialect.ts";
import { StoreOverloaded, StoreUnavailable } from "../../images/model/image-store.ts";
import { Refusal } from "../sql/lock-and-authorize.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlDatabase } from "../sql/sql-image-store.ts";
import type { Work } from "../sql/statement.ts";
import { ConnectionLost, DuplicateKey, TakenBack } from "./failures.ts";
import { RemovalGroups } from "../sql/removal/removal-batcher.ts";
import type { Session, SessionPool } from "./session.ts";

/** How often a change is tried that the database takes back. */
const MOST_TRIES = 10;
/** The longest pause before the second try, in milliseconds; it doubles with each. */
const FIRST_PAUSE = 5;
/** With fewer changes under way a removal is sooner done by itself than in a group. */
const WORTH_A_GROUP = 4;
/**
 * How many changes may wait. The last of so many waits for a part of a second: more would wait for longer
 * than their callers do.
 */
const MOST_WAITING = 1_000;

/**
 * A database server as a {@link SqlDatabase}: each piece of work has a connection of the pool to itself.
 *
 * A change that the database takes back, as after a deadlock, is done again from its start. Where nobody
 * can tell whether a commit happened, nothing is done again: that is a {@link StoreUnavailable}.
 */
export class PooledDatabase implements SqlDatabase {
  readonly queries: Kysely<Schema>;
  readonly dialect: Dialect;
  readonly #pool: SessionPool;
  readonly #patience: number;
  readonly #clock: () => Date;
  readonly #groups = new RemovalGroups((removals) => this.#removeTogether(removals));
  readonly #underWay = new Set<Promise<unknown>>();
  #changes = 0;
  #closed: Promise<void> | undefined;

  /** `patience` is how long a change is tried, in milliseconds; a try that is under way then is finished. */
  constructor(
    queries: Kysely<Schema>,
    dialect: Dialect,
    pool: SessionPool,
    patience: number,
    clock: () => Date = () => new Date(),
  ) {
    this.#patience = patience;
    this.#clock = clock;
    this.queries = queries;
    this.dialect = dialect;
    this.#pool = pool;
  }

  change<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#admit(() => this.#inOneTransaction(work));
  }

  singly<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#admit(() => this.#inOneEach(work));
  }

  /** Removes a tag together with others, where enough changes are under way for that. */
  removeCertain(removal: CertainRemoval): Promise<Attempt> | undefined {
    // An id that is no UUID is meant exactly as it is written, and a column's collation may not mind.
    if (this.#changes < WORTH_A_GROUP || !UUID.test(removal.imageId)) return undefined;
    return this.#admit(async () => ((await this.#groups.remove(removal)) ? "removed" : "unknown"));
  }

  overloaded(): boolean {
    return this.#changes >= MOST_WAITING;
  }

  read<Result>(work: () => Work<Result>): Promise<Result> {
    const reading = this.#persistently(async () => {
      const session = await this.#pool.acquire();
      const result = await this.#inTransaction(session, "read", work);
      // Nothing was written: whoever asked need not wait for the end of the transaction.
      session.commit().then(
        () => session.release(),
        () => session.discard(),
      );
      return result;
    });
    return this.#track(reading);
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#underWay).then(() => this.#pool.close());
    return this.#closed;
  }

  async #removeTogether(removals: readonly CertainRemoval[]): Promise<ReadonlySet<CertainRemoval>> {
    const { removalTogether } = this.dialect;
    if (removalTogether === undefined) return new Set();
    const work = () => removalTogether.work(removals, this.dialect.toTime(this.#clock()));
    return await (removalTogether.inTransaction ? this.#inOneTransaction(work) : this.#inOneEach(work));
  }

  /** Does a change unless too many wait. */
  async #admit<Result>(change: () => Promise<Result>): Promise<Result> {
    if (this.overloaded()) throw new StoreOverloaded("Too many changes wait for the database.");
    this.#changes += 1;
    try {
      return await this.#track(change());
    } finally {
      this.#changes -= 1;
    }
  }

  #inOneTransaction<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#persistently(async () => {
      const session = await this.#pool.acquire();
      const result = await this.#inTransaction(session, "change", work);
      try {
        await session.commit();
      } catch (error) {
        if (error instanceof TakenBack) await takeBack(session);
        else session.discard();
        throw error instanceof ConnectionLost ? outcomeUnknown(error) : error;
      }
      session.release();
      return result;
    });
  }

  #inOneEach<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#persistently(async () => {
      const session = await this.#pool.acquire();
      try {
        const result = await drive(session, work());
        session.release();
        return result;
      } catch (error) {
        if (error instanceof ConnectionLost) {
          session.discard();
          throw outcomeUnknown(error);
        }
        session.release();
        throw toReason(error);
      }
    });
  }

  /** Does the work in a transaction that is still to be committed; when it fails there is none left. */
  async #inTransaction<Result>(
    session: Session,
    mode: "change" | "read",
    work: () => Work<Result>,
  ): Promise<Result> {
    try {
      await session.begin(mode);
      return await drive(session, work());
    } catch (error) {
      if (error instanceof ConnectionLost) {
        session.discard();
        throw new TakenBack("The connection was lost before the commit.", { cause: error });
      }
      await takeBack(session);
      throw toReason(error);
    }
  }

  #persistently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    return persist(attempt, this.#patience);
  }

  /** What is closed waits for it. */
  #track<Result>(work: Promise<Result>): Promise<Result> {
    const forget = (): boolean => this.#underWay.delete(work);
    this.#underWay.add(work);
    work.then(forget, forget);
    return work;
  }
}

async function persist<Result>(attempt: () => Promise<Result>, patience: number): Promise<Result> {
  const start = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TakenBack || error instanceof DuplicateKey)) throw error;
      // A row that another transaction has just made is seen the next time.
      if (error instanceof DuplicateKey && tries === 3) throw error.toReason();
      if (tries === MOST_TRIES || performance.now() - start > patience) {
        throw new StoreUnavailable(`The database took the transaction back ${tries} times.`, {
          cause: error,
        });
      }
    }
    // At random, or those that met would meet again.
    await sleep(Math.random() * FIRST_PAUSE * 2 ** (tries - 1));
  }
}

/** Ends what is left of a transaction, so that the connection can be used again. */
function takeBack(session: Session): Promise<void> {
  return session.rollback().then(
    () => session.release(),
    () => session.discard(),
  );
}

/** Runs work to its end, statement by statement. */
async function drive<Result>(session: Session, work: Work<Result>): Promise<Result> {
  let step = work.next();
  while (step.done !== true) step = work.next(await session.run(step.value));
  return step.value;
}

function outcomeUnknown(cause: ConnectionLost): StoreUnavailable {
  return new StoreUnavailable(
    "The connection to the database was lost, and nobody knows whether it committed.",
    {
      cause,
    },
  );
}

/** A {@link Refusal} is the caller's to see as what it stands for. */
function toReason(error: unknown): unknown {
  return error instanceof Refusal ? error.reason : error;
}
