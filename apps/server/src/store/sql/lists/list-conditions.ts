import { UUID } from "@imagetags/contract";
import { expressionBuilder, sql as raw, type Expression, type SqlBool } from "kysely";
import type { Dialect, TextColumn } from "../dialect.ts";
import type { ImageCondition, ImageListFilter, TagFilter } from "../../../images/model/image-list-filter.ts";
import { columnOf } from "./list-columns.ts";
import type { Schema } from "../schema.ts";
import { microsecondsToSql } from "../sql-time.ts";

const no = raw.lit(false);
const row = expressionBuilder<Schema, "images">();

/** All of the conditions on an image in SQL. */
export function conditionsToSql(
  dialect: Dialect,
  conditions: readonly ImageCondition[],
): Expression<SqlBool>[] {
  const properties: PropertyCondition[] = [];
  const others: Expression<SqlBool>[] = [];
  for (const condition of conditions) {
    if (condition.kind === "property") properties.push(condition);
    else others.push(toSql(dialect, condition));
  }
  return properties.length === 0 ? others : [...others, hasProperties(dialect, properties)];
}

type PropertyCondition = Extract<ImageCondition, { kind: "property" }>;

function toSql(dialect: Dialect, condition: Exclude<ImageCondition, PropertyCondition>): Expression<SqlBool> {
  switch (condition.kind) {
    case "one-of": {
      const values = condition.field === "id" ? condition.values.flatMap(spellings) : condition.values;
      return isOneOf(dialect, columnOf(condition.field), values);
    }
    case "equals":
      return row(columnOf(condition.field), "=", dialect.toNumber(condition.value));
    case "at-least":
      return row(columnOf(condition.field), ">=", dialect.toNumber(condition.value));
    case "at-most":
      return row(columnOf(condition.field), "<=", dialect.toNumber(condition.value));
    case "is":
      // The usual value is not compared with: see `isLive`.
      return condition.value
        ? row(columnOf(condition.field), "=", raw.lit(true))
        : row.not(columnOf(condition.field));
    case "from":
      return row(columnOf(condition.field), ">=", microsecondsToSql(condition.time));
    case "before":
      return row(columnOf(condition.field), "<", microsecondsToSql(condition.time));
    case "outside": {
      const column = columnOf(condition.field);
      const { from, until } = condition;
      return row.or([row(column, "<", microsecondsToSql(from)), row(column, ">=", microsecondsToSql(until))]);
    }
  }
}

/** The conditions on an image's tags in SQL, each asked of one image at a time. */
export function tagsToSql(dialect: Dialect, { all, any, none, notAll }: TagFilter): Expression<SqlBool>[] {
  return [
    ...(all.length === 0 ? [] : [bearsAll(dialect, all)]),
    ...(any.length === 0 ? [] : [bears(dialect, any)]),
    ...(none.length === 0 ? [] : [row.not(bears(dialect, none))]),
    ...(notAll.length === 0 ? [] : [row.not(bearsAll(dialect, notAll))]),
  ];
}

/** The image bears one of the tags of `remove`, or lacks one of `add`. */
export function isChangedBy(
  dialect: Dialect,
  { remove, add }: NonNullable<ImageListFilter["changedBy"]>,
): Expression<SqlBool> {
  return row.or([
    ...(remove.length === 0 ? [] : [bears(dialect, remove)]),
    ...(add.length === 0 ? [] : [row.not(bearsAll(dialect, add))]),
  ]);
}

/**
 * The image has all of the properties. One subquery counts how many of them the image has, since a name stands
 * once on an image. A database plans a subquery for each in a time that grows faster than their number.
 */
function hasProperties(dialect: Dialect, wanted: readonly PropertyCondition[]): Expression<SqlBool> {
  const found = row
    .selectFrom("image_properties")
    .select((property) => property.fn.countAll<number>().as("found"))
    .whereRef("image_properties.image_id", "=", "images.id")
    .where((property) =>
      property.or(
        wanted.map(({ name, value }) =>
          property.and([
            isOneOf(dialect, "image_properties.name", [name]),
            isOneOf(dialect, "image_properties.value", [value]),
          ]),
        ),
      ),
    )
    .where((property) => property.not("image_properties.deleted"));
  return row(found, "=", wanted.length);
}

/** The most tags that are each asked for by a condition of its own. */
const EACH = 8;

/**
 * The image bears all of the tags. Of many tags it is counted how many the image bears: a request can name
 * thousands, and databases bound the number of conditions and of tables in a query.
 */
function bearsAll(dialect: Dialect, tags: readonly string[]): Expression<SqlBool> {
  const different = new Set(tags);
  if (different.size <= EACH) return row.and([...different].map((tag) => bears(dialect, [tag])));
  if (tags.some((tag) => !dialect.canStore("image_tags.value", tag))) return nothing;
  const borne = row
    .selectFrom("image_tags")
    .select((tag) => tag.fn.count<number>(dialect.exact("image_tags.value")).distinct().as("borne"))
    .whereRef("image_tags.image_id", "=", "images.id")
    .where(isOneOf(dialect, "image_tags.value", tags))
    .where("image_tags.deleted", "=", no);
  return row(borne, "=", different.size);
}

/** The image bears one of the tags. */
function bears(dialect: Dialect, tags: readonly string[]): Expression<SqlBool> {
  return row.exists(
    row
      .selectFrom("image_tags")
      .select("image_tags.id")
      .whereRef("image_tags.image_id", "=", "images.id")
      .where(isOneOf(dialect, "image_tags.value", tags))
      .where("image_tags.deleted", "=", no),
  );
}

/**
 * The image is not deleted. The text lets no index on `deleted` or `os_hidden` answer: nearly all images are
 * alike there, and SQLite, without statistics, would take such an index first.
 */
export const isLive: Expression<SqlBool> = row.and([
  row.not("images.deleted"),
  // Images that are killed and not deleted are not listed. Source: Glance, glance/db/sqlalchemy/api.py.
  row("images.status", "!=", "killed"),
]);

/** Whether a column has one of these texts exactly. A text that it cannot hold it does not have. */
export function isOneOf(dialect: Dialect, column: TextColumn, texts: readonly string[]): Expression<SqlBool> {
  const [text, ...others] = texts.filter((one) => dialect.canStore(column, one));
  return text === undefined ? nothing : dialect.isOneOf(column, [text, ...others]);
}

const nothing: Expression<SqlBool> = row(raw.lit(1), "=", raw.lit(0));

/** The spellings of an id. A UUID is meant in any case, and may be stored as it was written. */
function spellings(id: string): string[] {
  return UUID.test(id) ? [id, id.toLowerCase()] : [id];
}
