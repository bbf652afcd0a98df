import type Database from "better-sqlite3";
import type { PreauthorizedRemoval, RemovalOutcome } from "../sql/removal/preauthorized-removal.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import type { Steps } from "../sql/statement.ts";
import { removeInBatch } from "./batch-removal.ts";
import { sqliteDialect, sqliteQueries } from "./dialect.ts";
import { StoreUnavailable } from "../../images/model/image-store.ts";
import { isBusy, toStoreError } from "./failures.ts";
import { ChangeQueue } from "./queue.ts";
import { SqliteConnection } from "./session.ts";

/** An SQLite file as a {@link SqlDatabase}: one connection, on which nothing ever runs in between. */
export class SqliteDatabase implements SqlDatabase {
  readonly queries = sqliteQueries;
  readonly dialect = sqliteDialect;
  readonly #connection: SqliteConnection;
  readonly #changes: ChangeQueue;
  readonly #clock: () => Date;

  constructor(database: Database.Database, clock: () => Date = () => new Date()) {
    this.#connection = new SqliteConnection(database);
    this.#changes = new ChangeQueue(this.#connection);
    this.#clock = clock;
  }

  change<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#changes.submit(steps);
  }

  /** As a change: the queue makes a transaction of all that waits. */
  autocommit<Result>(steps: () => Steps<Result>): Promise<Result> {
    return this.#changes.submit(steps);
  }

  removePreauthorized(removal: PreauthorizedRemoval): Promise<RemovalOutcome> {
    return this.#changes.submit(() => removeInBatch(removal, sqliteDialect.toTime(this.#clock())));
  }

  overloaded(): boolean {
    return this.#changes.full;
  }

  // Its several statements see one state of the database, whatever other processes write meanwhile.
  async read<Result>(steps: () => Steps<Result>): Promise<Result> {
    try {
      this.#connection.execute("BEGIN");
      try {
        return this.#connection.run(steps());
      } finally {
        this.#connection.execute("COMMIT");
      }
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async probe(steps: () => Steps<void>): Promise<void> {
    try {
      await this.read(steps);
    } catch (error) {
      // Whoever has the lock can write.
      if (!(error instanceof StoreUnavailable && isBusy(error.cause))) throw error;
    }
  }

  async close(): Promise<void> {
    await this.#changes.drained();
    this.#connection.close();
  }
}
