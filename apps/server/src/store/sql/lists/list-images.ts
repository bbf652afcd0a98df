import { expressionBuilder, sql as raw, type Expression, type Kysely, type SqlBool } from "kysely";
import type { Dialect } from "../dialect.ts";
import type { ImageListFilter, ImagesListed } from "../../../images/model/image-list-filter.ts";
import type { ImageRecord } from "../../../images/model/image-record.ts";
import { conditionsToSql, isChangedBy, isLive, isOneOf, tagsToSql } from "./list-conditions.ts";
import { FEW, findLead, type Lead } from "./list-lead.ts";
import { isAfter, toOrder, type Marker } from "./list-position.ts";
import { isListed } from "./list-visibility.ts";
import { fittingRows } from "./fitting-rows.ts";
import { withTagsAndProperties } from "../read-images.ts";
import { REQUIRED_COLUMNS, type Schema } from "../schema.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";

/** The images that are looked at for each one of a page, before all bearers of its tag are. */
const WINDOW = 20;

/** The columns name their table, since tags have columns of the same names. */
const LISTED = REQUIRED_COLUMNS.images.map((column) => `images.${column}` as const);

const row = expressionBuilder<Schema, "images">();

/** See {@link ImageStore.listImages}. */
export function* listImages(
  { queries: db, sql }: Tx,
  filter: ImageListFilter,
): Steps<ImagesListed | "no-marker"> {
  const { after } = filter;
  const marker = after === undefined ? undefined : yield* sql.findImage.first({ imageId: after });
  if (after !== undefined && marker === undefined) return "no-marker";
  const found = yield* findPage(db, sql.dialect, filter, marker);
  const rows = yield* fittingRows(db, found);
  return {
    images: yield* withTagsAndProperties(db, rows),
    mayGoOn: rows.length < found.length || found.length === filter.limit,
  };
}

/**
 * Finds the images of a page by a tag. Either all its bearers are looked up and sorted, which is quick for few,
 * or the images are read in their order until a page is full, which is quick for a tag of many. No index knows
 * both, so the bearers are counted first, up to a bound.
 */
function* findPage(
  db: Kysely<Schema>,
  dialect: Dialect,
  filter: ImageListFilter,
  marker: Marker | undefined,
): Steps<readonly Marker[]> {
  const lead = yield* findLead(db, dialect, filter.tags);
  if (lead === undefined) return yield* rowsOfQuery(inOrder(db, dialect, filter, marker, undefined));
  if (lead.bearers === 0) return [];
  if (lead.bearers > FEW && filter.sort[0]?.field === "createdAt") {
    const end = yield* findWindowEnd(db, filter, marker);
    const found = yield* rowsOfQuery(inOrder(db, dialect, filter, marker, end));
    if (end === undefined || found.length === filter.limit) return found;
  }
  return yield* rowsOfQuery(fromLead(db, dialect, filter, marker, lead));
}

/** Reads the images in order, to the end of a window on their times if there is one. */
function inOrder(
  db: Kysely<Schema>,
  dialect: Dialect,
  filter: ImageListFilter,
  marker: Marker | undefined,
  end: string | undefined,
) {
  const conditions = [...conditionsOf(dialect, filter, marker), ...tagsToSql(dialect, filter.tags)];
  if (end !== undefined) {
    conditions.push(row("images.created_at", filter.sort[0]?.direction === "asc" ? "<=" : ">=", end));
  }
  let query = db.selectFrom("images").select(LISTED).where(row.and(conditions)).limit(filter.limit);
  for (const { by, direction } of toOrder(filter.sort)) query = query.orderBy(by, direction);
  return query.compile();
}

/** Reads the bearers of a tag. The cross join keeps SQLite from turning the two around. */
function fromLead(
  db: Kysely<Schema>,
  dialect: Dialect,
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
        .where(isOneOf(dialect, "image_tags.value", tags))
        .where("image_tags.deleted", "=", raw.lit(false))
        .as("lead"),
    )
    .crossJoin("images")
    .select(LISTED)
    .whereRef("images.id", "=", "lead.image_id")
    .where(row.and([...conditionsOf(dialect, filter, marker), ...tagsToSql(dialect, rest)]))
    .limit(filter.limit);
  for (const { by, direction } of toOrder(filter.sort)) query = query.orderBy(by, direction);
  return query.compile();
}

/** Those of some images that fit a filter, whatever its order. */
export function* fittingImages(
  { queries: db, sql: { dialect } }: Tx,
  filter: ImageListFilter,
  imageIds: readonly string[],
): Steps<ImageRecord[]> {
  const conditions = [...conditionsOf(dialect, filter, undefined), ...tagsToSql(dialect, filter.tags)];
  const rows = yield* rowsOfQuery(
    db
      .selectFrom("images")
      .select(LISTED)
      .where("images.id", "in", imageIds)
      .where(row.and(conditions))
      .compile(),
  );
  return yield* withTagsAndProperties(db, rows);
}

function conditionsOf(
  dialect: Dialect,
  filter: ImageListFilter,
  marker: Marker | undefined,
): Expression<SqlBool>[] {
  return [
    isLive,
    isListed(dialect, filter),
    ...conditionsToSql(dialect, filter.conditions),
    ...(filter.changedBy === undefined ? [] : [isChangedBy(dialect, filter.changedBy)]),
    ...(marker === undefined ? [] : [isAfter(marker, filter.sort)]),
  ];
}

/** The time of the last image in the window; `undefined` when no more images than that are left. */
function* findWindowEnd(
  db: Kysely<Schema>,
  { sort, limit }: ImageListFilter,
  marker: Marker | undefined,
): Steps<string | undefined> {
  const direction = sort[0]?.direction ?? "desc";
  let query = db.selectFrom("images").select("images.created_at").orderBy("images.created_at", direction);
  if (marker !== undefined) {
    query = query.where("images.created_at", direction === "asc" ? ">=" : "<=", marker.created_at);
  }
  const [end] = yield* rowsOfQuery(
    query
      .limit(raw.lit(1))
      .offset(limit * WINDOW)
      .compile(),
  );
  return end?.created_at;
}
