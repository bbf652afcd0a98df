import type Database from "better-sqlite3";
import { toTables } from "../sql/recognise-schema.ts";

/** The columns of a file by their tables. */
export function readTables(database: Database.Database): Map<string, Set<string>> {
  const rows = database
    .prepare(
      `SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema m, pragma_table_info(m.name) c
       WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all();
  return toTables(rows);
}
