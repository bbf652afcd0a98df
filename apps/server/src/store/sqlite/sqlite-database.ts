import type Database from "better-sqlite3";
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { compileOnly } from "../compile-only.ts";
import { plainDialect, type Dialect } from "../dialect.ts";
import type { SqlDatabase } from "../sql-image-store.ts";
import type { Work } from "../statement.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toStoreError } from "./sqlite-errors.ts";

const dialect: Dialect = {
  ...plainDialect,
  locksRows: false,
  holds: (_, text) => text.isWellFormed(),
};

// Only builds statements: they run on the connection, synchronously.
const queries = compileOnly({
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

/** An SQLite file as a {@link SqlDatabase}: one connection, on which nothing ever runs in between. */
export class SqliteDatabase implements SqlDatabase {
  readonly queries = queries;
  readonly dialect = dialect;
  readonly #connection: SqliteConnection;
  readonly #commits: GroupCommit;

  constructor(database: Database.Database) {
    this.#connection = new SqliteConnection(database);
    this.#commits = new GroupCommit(this.#connection);
  }

  change<Result>(work: () => Work<Result>): Promise<Result> {
    return this.#commits.submit(work);
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
    this.#connection.close();
  }
}
