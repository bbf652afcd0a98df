import { expressionBuilder, sql as raw, type Expression, type Kysely, type SqlBool } from "kysely";
import type { ImageListFilter } from "./image-list-filter.ts";
import type { ImageRecord } from "./image-record.ts";
import { isLive, tagsToSql, toSql } from "./list-conditions.ts";
import { FEW, findLead, type Lead } from "./list-lead.ts";
import { isAfter, toOrder, type Marker } from "./list-position.ts";
import { isListed } from "./list-visibility.ts";
import { withTagsAndProperties } from "./read-images.ts";
import type { Schema } from "./schema.ts";
import { rowsOfQuery, type Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

/** How many images are looked at for each one of a page before its tag is asked for all that bear it. */
const WINDOW = 20;

const row = expressionBuilder<Schema, "images">();

/** See {@link ImageStore.listImages}. */
export function* listImages(
  db: Kysely<Schema>,
  sql: Statements,
  filter: ImageListFilter,
): Work<ImageRecord[] | "no-marker"> {
  const { after } = filter;
  const marker = after === undefined ? undefined : yield* sql.findImage.first({ imageId: after });
  if (after !== undefined && marker === undefined) return "no-marker";
  return yield* withTagsAndProperties(db, yield* findPage(db, filter, marker));
}

/**
 * Finds the images of a page. Of those that bear a tag either all are looked up and sorted, which is
 * quick for few, or the images are gone through in their order until a page is full, which is quick for
 * a tag of many. No index knows both, so the bearers are counted first, up to a bound.
 */
function* findPage(
  db: Kysely<Schema>,
  filter: ImageListFilter,
  marker: Marker | undefined,
): Work<readonly Marker[]> {
  const lead = yield* findLead(db, filter.tags);
  if (lead === undefined) return yield* rowsOfQuery(inOrder(db, filter, marker, undefined));
  if (lead.bearers === 0) return [];
  if (lead.bearers > FEW && filter.sort[0]?.field === "createdAt") {
    const end = yield* findWindowEnd(db, filter, marker);
    const found = yield* rowsOfQuery(inOrder(db, filter, marker, end));
    if (end === undefined || found.length === filter.limit) return found;
  }
  return yield* rowsOfQuery(fromLead(db, filter, marker, lead));
}

/** Goes through the images, to the end of a window on their times if there is one. */
function inOrder(
  db: Kysely<Schema>,
  filter: ImageListFilter,
  marker: Marker | undefined,
  end: string | undefined,
) {
  const conditions = [...conditionsOf(filter, marker), ...tagsToSql(filter.tags)];
  if (end !== undefined) {
    conditions.push(row("images.created_at", filter.sort[0]?.direction === "asc" ? "<=" : ">=", end));
  }
  let query = db.selectFrom("images").selectAll("images").where(row.and(conditions)).limit(filter.limit);
  for (const { by, direction } of toOrder(filter.sort)) query = query.orderBy(by, direction);
  return query.compile();
}

/** Goes through the bearers of a tag. The cross join keeps SQLite from turning the two around. */
function fromLead(
  db: Kysely<Schema>,
  filter: ImageListFilter,
  marker: Marker | undefined,
  { tags, rest }: Lead,
) {
  let query = db
    .selectFrom((lead) =>
      lead
        .selectFrom("image_tags")
        .select("image_tags.image_id")
        .distinct()
        .where("image_tags.value", "in", tags)
        .where("image_tags.deleted", "=", raw.lit(false))
        .as("lead"),
    )
    .crossJoin("images")
    .selectAll("images")
    .whereRef("images.id", "=", "lead.image_id")
    .where(row.and([...conditionsOf(filter, marker), ...tagsToSql(rest)]))
    .limit(filter.limit);
  for (const { by, direction } of toOrder(filter.sort)) query = query.orderBy(by, direction);
  return query.compile();
}

function conditionsOf(filter: ImageListFilter, marker: Marker | undefined): Expression<SqlBool>[] {
  return [
    isLive,
    isListed(filter),
    ...filter.conditions.map(toSql),
    ...(marker === undefined ? [] : [isAfter(marker, filter.sort)]),
  ];
}

/** The time of the last image in the window; `undefined` when no more images than that are left. */
function* findWindowEnd(
  db: Kysely<Schema>,
  { sort, limit }: ImageListFilter,
  marker: Marker | undefined,
): Work<string | undefined> {
  const direction = sort[0]?.direction ?? "desc";
  let query = db.selectFrom("images").select("images.created_at").orderBy("images.created_at", direction);
  if (marker !== undefined) {
    query = query.where("images.created_at", direction === "asc" ? ">=" : "<=", marker.created_at);
  }
  const [end] = yield* rowsOfQuery(
    query
      .limit(1)
      .offset(limit * WINDOW)
      .compile(),
  );
  return end?.created_at;
}
