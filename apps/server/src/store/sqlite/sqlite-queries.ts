import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { compileOnly } from "../compile-only.ts";
import { plainDialect, type Dialect } from "../dialect.ts";

/** What SQLite understands. A transaction that writes has the file to itself. */
export const sqliteDialect: Dialect = {
  ...plainDialect,
  locksRows: false,
  holds: (_, text) => text.isWellFormed(),
};

/** Builds statements in SQLite's dialect and never runs one: that is for a connection, synchronously. */
export const sqliteQueries = compileOnly({
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});
