import { rowsOf, type Steps } from "../sql/statement.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE } from "./index.ts";

const DONE = { sql: `select name from ${MIGRATION_TABLE}`, parameters: [] };

/** The names of the migrations that a database of our own has still to have. */
export function* missingMigrations(): Steps<readonly string[]> {
  const { missing } = yield* compareMigrations();
  return missing;
}

/** Of a database of our own: the migrations that it has still to have, and those of a later version that it has had. */
export function* compareMigrations(): Steps<{
  readonly missing: readonly string[];
  readonly later: readonly string[];
}> {
  const rows = rowsOf<{ readonly name: string }>(yield DONE);
  const done = rows.map(({ name }) => name);
  return {
    missing: MIGRATION_NAMES.filter((name) => !done.includes(name)),
    later: done.filter((name) => !MIGRATION_NAMES.includes(name)),
  };
}
