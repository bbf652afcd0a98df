import { sql as raw, type Kysely } from "kysely";
import type { DatabaseLocation } from "../database-url.ts";
import type { Schema } from "../sql/schema.ts";
import { rowsOfQuery, type Steps } from "../sql/statement.ts";

/** The kind of database, which decides how it is asked. */
export type DatabaseKind = DatabaseLocation["kind"];

/** An index with its columns in order. */
export interface FoundIndex {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
}

interface IndexColumn {
  readonly table: string;
  readonly name: string;
  readonly column: string | null;
}

/** The columns of every index that queries may use, in their order. */
const QUERIES: Readonly<Record<DatabaseKind, ReturnType<typeof raw<IndexColumn>>>> = {
  sqlite: raw`
    select m.name as "table", i.name as "name", c.name as "column"
    from sqlite_schema m, pragma_index_list(m.name) i, pragma_index_info(i.name) c
    where m.type = 'table' order by m.name, i.name, c.seqno`,
  mysql: raw`
    select table_name as "table", index_name as "name", column_name as "column" from information_schema.statistics
    where table_schema = database() order by table_name, index_name, seq_in_index`,
  postgres: raw`
    select t.relname as "table", i.relname as "name", a.attname as "column"
    from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
      join pg_namespace n on n.oid = t.relnamespace and n.nspname = current_schema()
      cross join lateral unnest(x.indkey) with ordinality as k(attnum, place)
      left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
    where x.indisvalid order by t.relname, i.relname, k.place`,
};

/** Reads the indexes of all tables. */
export function* readIndexes(db: Kysely<Schema>, kind: DatabaseKind): Steps<FoundIndex[]> {
  const rows = yield* rowsOfQuery(QUERIES[kind].compile(db));
  const groups = Map.groupBy(rows, ({ table, name }) => `${table} ${name}`);
  return [...groups.values()].flatMap((columns) => {
    const [first] = columns;
    if (first === undefined) return [];
    return { table: first.table, name: first.name, columns: columns.map(({ column }) => column ?? "") };
  });
}

/** Whether there is an index of a table that begins with a column. */
export function isLed(indexes: readonly FoundIndex[], table: string, column: string): boolean {
  return indexes.some((index) => index.table === table && index.columns[0] === column);
}
