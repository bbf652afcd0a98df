import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { compileOnly } from "../sql/compile-only.ts";
import { plainDialect, type Dialect } from "../sql/dialect.ts";

/** What PostgreSQL understands and can hold; text is compared by its characters, whatever orders it. */
export const postgresDialect: Dialect = {
  ...plainDialect,
  locksRows: true,
  // Source: PostgreSQL, "Character Types": the character with code zero cannot be stored.
  canStore: (_, text) => text.isWellFormed() && !text.includes("\0"),
};

/** Only builds statements: they run on a connection of a pool. */
export const postgresQueries = compileOnly({
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});
