import { rowsOf, type Steps } from "../sql/statement.ts";
import { MIGRATION_NAMES, MIGRATION_TABLE } from "./index.ts";

const DONE = { sql: `select name from ${MIGRATION_TABLE}`, parameters: [] };

/** The names of the migrations that a database of our own has still to have. */
export function* missingMigrations(): Steps<readonly string[]> {
  const rows = rowsOf<{ readonly name: string }>(yield DONE);
  const done = new Set(rows.map(({ name }) => name));
  return MIGRATION_NAMES.filter((name) => !done.has(name));
}
