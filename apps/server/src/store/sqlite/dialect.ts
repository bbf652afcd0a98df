import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql as raw } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { eventIdBytes } from "../sql/events/event-id.ts";
import { plainDialect, type Dialect } from "../sql/dialect.ts";

/** What SQLite understands and can hold. */
export const sqliteDialect: Dialect = {
  ...plainDialect,
  locksRows: false,
  clock: raw`cast(unixepoch('subsec') * 1000 as integer)`,
  toEventId: eventIdBytes,
  canStore: (_, text) => text.isWellFormed(),
};

/** A builder of statements, which run on a connection, synchronously. */
export const sqliteQueries = compileOnly({
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});
