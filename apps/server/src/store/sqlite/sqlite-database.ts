import type Database from "better-sqlite3";
import type { Attempt, CertainRemoval } from "../sql/removal/preauthorized-removal.ts";
import type { SqlDatabase } from "../sql/sql-image-store.ts";
import type { Work } from "../sql/statement.ts";
import { compileRemoval, type Removal } from "./batch-removal.ts";
import { GroupCommit } from "./group-commit.ts";
import { RemovalThread } from "./removal-thread.ts";
import { SqliteConnection } from "./session.ts";
import { toStoreError } from "./failures.ts";
import { sqliteDialect, sqliteQueries } from "./dialect.ts";

/**
 * An SQLite file as a {@link SqlDatabase}: one connection, on which nothing ever runs in between, and a
 * thread with another for removals that come in numbers.
 */
export class SqliteDatabase implements SqlDatabase {
  readonly queries = sqliteQueries;
  readonly dialect = sqliteDialect;
  readonly #connection: SqliteConnection;
  readonly #thread: RemovalThread;
  readonly #commits: GroupCommit;
  readonly #removal: Removal;
  readonly #now: () => string;

  constructor(database: Database.Database, clock: () => Date = () => new Date()) {
    this.#now = () => sqliteDialect.toTime(clock());
    this.#connection = new SqliteConnection(database);
    this.#thread = new RemovalThread(database.name);
    this.#commits = new GroupCommit(this.#connection, this.#thread, this.#now);
    this.#removal = compileRemoval();
  }

  change<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#commits.submit(work);
  }

  /** Does a removal that is certain, in its turn among the changes. */
  removeCertain(removal: CertainRemoval): Promise<Attempt> {
    return this.#commits.submitRemoval(removal, () => this.#removal(removal, this.#now()));
  }

  /** Whether so many changes wait that another is refused. */
  overloaded(): boolean {
    return this.#commits.full;
  }

  // Its several statements see one state of the database, whatever other processes write meanwhile.
  async read<Result>(work: () => Work<Result>): Promise<Result> {
    try {
      this.#connection.execute("BEGIN");
      try {
        return this.#connection.run(work());
      } finally {
        this.#connection.execute("COMMIT");
      }
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async close(): Promise<void> {
    await this.#commits.drained();
    await this.#thread.close();
    this.#connection.close();
  }
}
