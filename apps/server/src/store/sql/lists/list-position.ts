import { expressionBuilder, type Expression, type Selectable, type SqlBool } from "kysely";
import type { SortField, SortOrder } from "../../../images/model/image-list-filter.ts";
import { columnOf, COLUMNS } from "./list-columns.ts";
import type { Schema } from "../schema.ts";

/** The last image of the page before, with times as its columns hold them: to the microsecond. */
export type Marker = Selectable<Schema["images"]>;

const row = expressionBuilder<Schema, "images">();

const NULLABLE: ReadonlySet<SortField> = new Set([
  "name",
  "containerFormat",
  "diskFormat",
  "size",
  "updatedAt",
]);

/**
 * The columns to sort by. NULL comes first where the order ascends and last where it descends, as on SQLite and
 * MariaDB. Databases do not agree on that, so it is written out.
 */
export function toOrder(sort: readonly SortOrder[]) {
  return sort.flatMap(({ field, direction }) => {
    const column = row.ref(columnOf(field));
    if (!NULLABLE.has(field)) return [{ by: column, direction }];
    const hasValue = row.case().when(columnOf(field), "is", null).then(0).else(1).end();
    return [
      { by: hasValue, direction },
      { by: column, direction },
    ];
  });
}

/** The image comes after the marker in this order. */
export function isAfter(marker: Marker, sort: readonly SortOrder[]): Expression<SqlBool> {
  const alternatives = sort.map((order, index) =>
    row.and([...sort.slice(0, index).map(({ field }) => isTied(marker, field)), isBeyond(marker, order)]),
  );
  const [first] = sort;
  const value = first === undefined ? null : marker[COLUMNS[first.field]];
  if (first === undefined || value === null || NULLABLE.has(first.field)) return row.or(alternatives);
  // This follows from the rest, and lets an index lead to the beginning of the page.
  const start = row(columnOf(first.field), first.direction === "asc" ? ">=" : "<=", value);
  return row.and([start, row.or(alternatives)]);
}

function isTied(marker: Marker, field: SortField): Expression<SqlBool> {
  const value = marker[COLUMNS[field]];
  return value === null ? row(columnOf(field), "is", null) : row(columnOf(field), "=", value);
}

function isBeyond(marker: Marker, { field, direction }: SortOrder): Expression<SqlBool> {
  const column = columnOf(field);
  const value = marker[COLUMNS[field]];
  if (direction === "asc") {
    return value === null ? row(column, "is not", null) : row(column, ">", value);
  }
  if (value === null) return row.val(false);
  const less = row(column, "<", value);
  return NULLABLE.has(field) ? row.or([less, row(column, "is", null)]) : less;
}
