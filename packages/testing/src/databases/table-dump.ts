import Database from "better-sqlite3";

/** A row by column. */
export type Row = Readonly<Record<string, unknown>>;

/** Every row of every table, by table and by primary key. */
export type TableDump = ReadonlyMap<string, ReadonlyMap<string, Row>>;

/** What became of one row between two dumps. */
export interface RowChange {
  readonly table: string;
  /** The row as it is now, or as it was when it is gone. */
  readonly row: Row;
  /** The columns that differ, sorted. */
  readonly change: "new" | "gone" | readonly string[];
}

/** Whether a table holds what became of tags, or what is to be sent of it, which each change of one writes; a dump is without them. */
export function isHistory(table: string): boolean {
  return /^imagetags_(?:events|outbox|given_up|leases)$/.test(table);
}

/** The table of the rules about tags, and the one whose row must be another after each change of theirs. */
export const RULES_TABLE = "imagetags_rules";
export const RULES_VERSION_TABLE = "imagetags_rules_version";

/** Reads every table of an SQLite file but those of {@link isHistory}. */
export function dumpSqlite(path: string): TableDump {
  using database = openReadOnly(path);
  const { file } = database;
  return dumpOf(
    new Map(
      tableNames(file)
        .filter((table) => !isHistory(table))
        .map((table) => [table, file.prepare<[], Row>(`SELECT * FROM "${table}"`).all()]),
    ),
  );
}

/** Rows by table, with times to the microsecond however a database writes them. */
export function dumpOf(tables: ReadonlyMap<string, readonly Row[]>): TableDump {
  const dump = new Map<string, ReadonlyMap<string, Row>>();
  for (const [table, rows] of [...tables].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    dump.set(table, new Map(rows.map((row, index) => [keyOf(row, index), withFullTimes(row)])));
  }
  return dump;
}

function withFullTimes(row: Row): Row {
  const times = ["created_at", "updated_at", "deleted_at"].flatMap((column): [string, string][] => {
    const time = row[column];
    return typeof time === "string" ? [[column, time.padEnd(20, ".").padEnd(26, "0")]] : [];
  });
  return { ...row, ...Object.fromEntries(times) };
}

/** The rows that differ between two dumps, in the order of tables and keys. */
export function changesBetween(before: TableDump, after: TableDump): RowChange[] {
  const changes: RowChange[] = [];
  for (const table of new Set([...before.keys(), ...after.keys()])) {
    const old = before.get(table) ?? new Map<string, Row>();
    const now = after.get(table) ?? new Map<string, Row>();
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      const was = old.get(key);
      const is = now.get(key);
      if (was === undefined && is !== undefined) changes.push({ table, row: is, change: "new" });
      if (was !== undefined && is === undefined) changes.push({ table, row: was, change: "gone" });
      if (was === undefined || is === undefined) continue;
      const columns = Object.keys({ ...was, ...is }).filter((column) => was[column] !== is[column]);
      if (columns.length > 0) changes.push({ table, row: is, change: columns.toSorted() });
    }
  }
  return changes;
}

/** The whole content of an SQLite file to the byte: its schema, and each value with its type. */
export function exactContent(path: string): string[] {
  using database = openReadOnly(path);
  const { file } = database;
  const lines = file
    .prepare<[], string>(
      "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema",
    )
    .pluck()
    .all();
  for (const table of tableNames(file)) {
    const columns = file
      .prepare<[string], string>("SELECT name FROM pragma_table_info(?)")
      .pluck()
      .all(table);
    const values = columns.map((name) => `typeof("${name}") || ':' || hex("${name}")`);
    const rows = file
      .prepare<[], string>(`SELECT ${values.join(" || ' ' || ")} FROM "${table}"`)
      .pluck()
      .all();
    lines.push(...rows.map((row) => `${table} ${row}`));
  }
  return lines;
}

/** A row's `id`; where a table has none, its place among the rows. */
function keyOf({ id }: Row, index: number): string {
  return typeof id === "string" || typeof id === "number" ? String(id) : `#${index}`;
}

function tableNames(database: Database.Database): string[] {
  return database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all();
}

function openReadOnly(path: string): Disposable & { readonly file: Database.Database } {
  const file = new Database(path, { readonly: true });
  return { file, [Symbol.dispose]: () => void file.close() };
}
