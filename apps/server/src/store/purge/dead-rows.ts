import { sql as raw, type CompiledQuery, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import type { Schema } from "../sql/schema.ts";

/** The tables whose rows are parts of images. */
export const PART_TABLES = ["image_members", "image_locations", "image_properties", "image_tags"] as const;

/** The tables that are purged. Each comes before those that it refers to. */
export const PURGED_TABLES = [...PART_TABLES, "images"] as const satisfies readonly (keyof Schema)[];

export type PurgedTable = (typeof PURGED_TABLES)[number];

/** A row's id, by which rows are found and ordered. */
export interface RowId {
  readonly id: number | string;
}

/** Rows of a table that were deleted before a time. The time is as the database's columns hold it. */
export interface DeadRows {
  readonly table: PurgedTable;
  readonly before: string;
}

/** How many dead rows there are. */
export function countDead(db: Kysely<Schema>, dead: DeadRows): CompiledQuery<{ count: number | string }> {
  return raw<{
    count: number | string;
  }>`select count(*) as ${raw.ref("count")} from ${raw.table(dead.table)} where ${goes(dead)}`.compile(db);
}

/** The dead rows that come after one, in the order of their ids, up to a number. */
export function nextDead(
  db: Kysely<Schema>,
  dead: DeadRows,
  { after, limit }: { readonly after: RowId | undefined; readonly limit: number },
): CompiledQuery<RowId> {
  const id = idOf(dead.table);
  const beyond = after === undefined ? raw`` : raw`and ${id} > ${after.id}`;
  return raw<RowId>`select ${id} as ${raw.ref("id")} from ${raw.table(dead.table)}
    where ${goes(dead)} ${beyond} order by ${id} limit ${raw.lit(limit)}`.compile(db);
}

/** Removes those of some rows that are still dead. */
export function removeDead(db: Kysely<Schema>, dead: DeadRows, rows: readonly RowId[]): CompiledQuery {
  const ids = raw.join(rows.map(({ id }) => id));
  return raw`delete from ${raw.table(dead.table)}
    where ${idOf(dead.table)} in (${ids}) and ${goes(dead)}`.compile(db);
}

/** Whether a row is dead. An image is not while any row of it would stay behind. */
function goes({ table, before }: DeadRows): RawBuilder<SqlBool> {
  const dead = raw<SqlBool>`${raw.ref(`${table}.deleted`)} = ${raw.lit(true)}
    and ${raw.ref(`${table}.deleted_at`)} < ${before}`;
  if (table !== "images") return dead;
  return raw`${dead} and ${raw.join(
    PART_TABLES.map((part) => raw`not exists (${partThatStays(part, before)})`),
    raw` and `,
  )}`;
}

/** A row of an image that is live, or that was deleted later. A row without that time is never purged. */
function partThatStays(part: (typeof PART_TABLES)[number], before: string): RawBuilder<unknown> {
  const deletedAt = raw.ref(`${part}.deleted_at`);
  return raw`select 1 from ${raw.table(part)} where ${raw.ref(`${part}.image_id`)} = ${idOf("images")}
    and (${raw.ref(`${part}.deleted`)} = ${raw.lit(false)} or ${deletedAt} is null or ${deletedAt} >= ${before})`;
}

function idOf(table: PurgedTable): RawBuilder<unknown> {
  return raw.ref(`${table}.id`);
}
