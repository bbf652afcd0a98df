import { REQUIRED_COLUMNS } from "./schema.ts";

/** Whose schema a database has: nobody's yet, ours, or Glance's. */
export type FoundSchema = "new" | "ours" | "glance";

/**
 * Tells whose schema the tables of a database are. Throws when it is neither ours nor Glance's, or lacks
 * columns that are needed.
 */
export function recogniseSchema(
  tables: ReadonlyMap<string, ReadonlySet<string>>,
  migrationTable: string,
): FoundSchema {
  if (tables.has(migrationTable)) return "ours";
  // The table that keeps others from migrating is made before all others.
  if ([...tables.keys()].every((table) => table.startsWith(migrationTable))) return "new";
  const missing = Object.entries(REQUIRED_COLUMNS).flatMap(([table, columns]) => {
    const found = tables.get(table);
    if (found === undefined) return [table];
    return columns.filter((column) => !found.has(column)).map((column) => `${table}.${column}`);
  });
  if (missing.length > 0) {
    throw new Error(`it is neither empty nor a Glance database; missing: ${missing.join(", ")}`);
  }
  return "glance";
}

/** Gathers rows of `table` and `column`. */
export function toTables(rows: readonly unknown[]): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  for (const row of rows) {
    const table = String(fieldOf(row, "table"));
    const known = tables.get(table) ?? new Set();
    known.add(String(fieldOf(row, "column")));
    tables.set(table, known);
  }
  return tables;
}

/** A column of a row as a driver hands it out. */
export function fieldOf(row: unknown, column: string): unknown {
  return typeof row === "object" && row !== null ? Reflect.get(row, column) : undefined;
}
