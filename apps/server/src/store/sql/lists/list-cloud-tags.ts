import { expressionBuilder, sql as raw, type Expression, type SqlBool } from "kysely";
import type { CloudTag, CloudTagFilter, CloudTagsListed } from "../../../images/model/cloud-tag.ts";
import type { Dialect } from "../dialect.ts";
import { eventIdText, eventTime } from "../events/event-id.ts";
import type { Schema } from "../schema.ts";
import { microsecondsOf } from "../sql-time.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { conditionsToSql, isLive, isOneOf } from "./list-conditions.ts";
import { isListed } from "./list-visibility.ts";
import { prefixEnd } from "./prefix-end.ts";

/** How many tags are looked at together, and for one page at most: whoever sees few of them gets short pages. */
const STEP = 500;
const MOST_LOOKED_AT = 10_000;

/** Of how many changes of a tag the last one that the caller may see is looked for. */
const RECENT = 20;

const VALUE = "image_tags.value";
const no = raw.lit(false);
const tag = expressionBuilder<Schema, "image_tags">();

/** See {@link ImageStore.listCloudTags}. The tags are read in their order, and the bearers of each are counted. */
export function* listCloudTags(tx: Tx, filter: CloudTagFilter): Steps<CloudTagsListed | "no-marker"> {
  const { dialect } = tx.sql;
  const { after, limit } = filter;
  if (after !== undefined && !dialect.canStore(VALUE, after)) return "no-marker";
  const tags: CloudTag[] = [];
  let next = after;
  let step = Math.min(limit, STEP);
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; step = STEP) {
    const names = yield* namesAfter(tx, filter, next, step);
    const counted = yield* countBearers(tx, filter, names);
    for (const name of names) {
      next = name;
      const found = counted.get(name);
      if (found !== undefined) tags.push(found);
      if (tags.length === limit) return { tags: yield* withLastChanges(tx, filter, tags), next };
    }
    if (names.length < step) return { tags: yield* withLastChanges(tx, filter, tags), next: undefined };
    lookedAt += names.length;
  }
  return { tags: yield* withLastChanges(tx, filter, tags), next };
}

/** The next tags in their order, whoever sees an image that bears them: from an index alone, where there is one. */
function* namesAfter(
  { queries, sql: { dialect } }: Tx,
  { name }: CloudTagFilter,
  after: string | undefined,
  limit: number,
): Steps<string[]> {
  const ordered = dialect.inOrder(VALUE);
  const conditions: Expression<SqlBool>[] = [tag("image_tags.deleted", "=", no)];
  if (after !== undefined) conditions.push(tag(ordered, ">", after));
  if ("is" in name) conditions.push(isOneOf(dialect, VALUE, [name.is]));
  else if (!dialect.canStore(VALUE, name.begins)) return [];
  else if (name.begins !== "") {
    const end = prefixEnd(name.begins, (text) => dialect.canStore(VALUE, text));
    conditions.push(tag(ordered, ">=", name.begins));
    if (end !== undefined) conditions.push(tag(ordered, "<", end));
  }
  const rows = yield* rowsOfQuery(
    queries
      .selectFrom("image_tags")
      .select((row) => row.fn.min("image_tags.value").as("name"))
      .where(tag.and(conditions))
      .groupBy(ordered)
      .orderBy(ordered)
      .limit(raw.lit(limit))
      .compile(),
  );
  return rows.map((row) => row.name);
}

/** Of each tag, the images of the list that bear it, and when it was last added to one of them. */
function* countBearers(
  { queries, sql: { dialect } }: Tx,
  filter: CloudTagFilter,
  names: readonly string[],
): Steps<ReadonlyMap<string, CloudTag>> {
  if (names.length === 0) return new Map();
  const rows = yield* rowsOfQuery(
    queries
      .selectFrom("image_tags")
      // The cross join keeps SQLite from turning the two around.
      .crossJoin("images")
      .select((row) => [
        row.fn.min("image_tags.value").as("name"),
        row.fn.count("images.id").distinct().as("images"),
        row.fn.max("image_tags.created_at").as("added"),
      ])
      .whereRef("images.id", "=", "image_tags.image_id")
      .where(isOneOf(dialect, VALUE, names))
      .where("image_tags.deleted", "=", no)
      .where(isOfList(dialect, filter))
      .groupBy(dialect.exact(VALUE))
      .compile(),
  );
  return new Map(
    rows.map(({ name, images, added }) => [
      name,
      { name, images: Number(images), changed: microsecondsOf(added) },
    ]),
  );
}

/** The image is one of the list, by the conditions that a list of images has. */
function isOfList(dialect: Dialect, filter: CloudTagFilter): Expression<SqlBool> {
  const row = expressionBuilder<Schema, "images">();
  return row.and([isLive, isListed(dialect, filter), ...conditionsToSql(dialect, filter.conditions)]);
}

/** The tags with the times of later changes, removals that is, as far as events tell them. */
function* withLastChanges(
  tx: Tx,
  filter: CloudTagFilter,
  tags: readonly CloudTag[],
): Steps<readonly CloudTag[]> {
  if (!tx.recordsEvents) return tags;
  const recent = new Map<string, readonly { readonly image: string; readonly time: number }[]>();
  for (const { name } of tags) recent.set(name, yield* recentChanges(tx, name));
  const ids = new Set([...recent.values()].flatMap((changes) => changes.map(({ image }) => image)));
  const seen = yield* imagesOfList(tx, filter, [...ids]);
  return tags.map((found) => {
    const last = recent.get(found.name)?.find(({ image }) => seen.has(image));
    return { ...found, changed: Math.max(found.changed, last?.time ?? 0) };
  });
}

/** The last changes of a tag, newest first. */
function* recentChanges(
  { queries, sql: { dialect } }: Tx,
  name: string,
): Steps<{ image: string; time: number }[]> {
  const rows = yield* rowsOfQuery(
    queries
      .selectFrom("imagetags_events")
      .select(["id", "image_id"])
      .where(dialect.isOneOf("imagetags_events.tag", [name]))
      .orderBy("id", "desc")
      .limit(raw.lit(RECENT))
      .compile(),
  );
  return rows.map(({ id, image_id: image }) => ({ image, time: eventTime(eventIdText(id)) }));
}

/** Which of these images are of the list. */
function* imagesOfList(
  { queries, sql: { dialect } }: Tx,
  filter: CloudTagFilter,
  ids: readonly string[],
): Steps<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let start = 0; start < ids.length; start += STEP) {
    const rows = yield* rowsOfQuery(
      queries
        .selectFrom("images")
        .select("images.id")
        .where(isOneOf(dialect, "images.id", ids.slice(start, start + STEP)))
        .where(isOfList(dialect, filter))
        .compile(),
    );
    for (const { id } of rows) seen.add(id);
  }
  return seen;
}
