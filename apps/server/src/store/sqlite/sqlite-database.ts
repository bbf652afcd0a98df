import type Database from "better-sqlite3";
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Schema } from "../schema.ts";
import type { SqlDatabase } from "../sql-image-store.ts";
import type { Work } from "../statement.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toStoreError } from "./sqlite-errors.ts";

/** An SQLite file as a {@link SqlDatabase}: one connection, on which nothing ever runs in between. */
export class SqliteDatabase implements SqlDatabase {
  readonly queries: Kysely<Schema>;
  readonly #connection: SqliteConnection;
  readonly #commits: GroupCommit;

  constructor(database: Database.Database) {
    this.#connection = new SqliteConnection(database);
    this.#commits = new GroupCommit(this.#connection);
    // Only builds statements: they run on the connection above, synchronously.
    this.queries = new Kysely<Schema>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
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
