import { sql as raw, type Kysely, type Selectable } from "kysely";
import type { ImageAccess, ImageRecord } from "./image-record.ts";
import type { ImageKey, ImageListFilter } from "./image-store.ts";
import { findAccess } from "./open-for-change.ts";
import { toImageRecord } from "./read-image.ts";
import type { Schema } from "./schema.ts";
import { rowsOfQuery, type Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

const no = raw.lit(false);

/** See {@link ImageStore.findImage}. */
export function* findImage(
  db: Kysely<Schema>,
  sql: Statements,
  key: ImageKey,
): Work<{ image: ImageRecord; access: ImageAccess } | undefined> {
  const access = yield* findAccess(sql, key);
  if (access === undefined) return undefined;
  const image = yield* readImage(db, sql, access.id);
  return image === undefined ? undefined : { image, access };
}

/** The image of exactly this id, deleted or not. */
export function* readImage(
  db: Kysely<Schema>,
  sql: Statements,
  imageId: string,
): Work<ImageRecord | undefined> {
  const row = yield* sql.findImage.first({ imageId });
  if (row === undefined) return undefined;
  const [image] = yield* withTagsAndProperties(db, [row]);
  return image;
}

/** See {@link ImageStore.listImages}. */
export function* listImages(db: Kysely<Schema>, filter: ImageListFilter): Work<ImageRecord[]> {
  let query = db
    .selectFrom("images")
    .selectAll()
    .where("deleted", "=", no)
    .where("os_hidden", "=", no)
    .where((row) => {
      const own = row("owner", "=", filter.projectId);
      if (filter.asAdmin) return row.or([own, row("visibility", "!=", "community")]);
      const accepted = row
        .selectFrom("image_members")
        .select("image_members.id")
        .whereRef("image_members.image_id", "=", "images.id")
        .where("image_members.member", "=", filter.projectId)
        .where("image_members.status", "=", "accepted")
        .where((member) => member.not("image_members.deleted"));
      return row.or([
        own,
        row("visibility", "=", "public"),
        row.and([row("visibility", "=", "shared"), row.exists(accepted)]),
      ]);
    });
  const tags = [...new Set(filter.tags)];
  if (tags.length > 0) {
    // One question, however many tags: SQLite nests conditions to a depth of 1000 only.
    query = query.where("id", "in", (row) =>
      row
        .selectFrom("image_tags")
        .select("image_id")
        .where("value", "in", tags)
        .where("deleted", "=", no)
        .groupBy("image_id")
        .having((group) => group(group.fn.count("value").distinct(), "=", tags.length)),
    );
  }
  const { after } = filter;
  if (after !== undefined) {
    // The column's own value: a time that passed through a Date has lost its microseconds.
    const marker = db
      .selectFrom("images as marker")
      .select("marker.created_at")
      .where("marker.id", "=", after);
    query = query.where((row) =>
      row.or([
        row("created_at", "<", marker),
        row.and([row("created_at", "=", marker), row("images.id", "<", after)]),
      ]),
    );
  }
  const rows = yield* rowsOfQuery(
    query.orderBy("created_at", "desc").orderBy("id", "desc").limit(filter.limit).compile(),
  );
  return yield* withTagsAndProperties(db, rows);
}

function* withTagsAndProperties(
  db: Kysely<Schema>,
  rows: readonly Selectable<Schema["images"]>[],
): Work<ImageRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const tags = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  const properties = new Map<string, Map<string, string>>(ids.map((id) => [id, new Map()]));
  const tagRows = yield* rowsOfQuery(
    db
      .selectFrom("image_tags")
      .select(["image_id", "value"])
      .where("image_id", "in", ids)
      .where("deleted", "=", no)
      .compile(),
  );
  for (const row of tagRows) tags.get(row.image_id)?.add(row.value);
  const propertyRows = yield* rowsOfQuery(
    db
      .selectFrom("image_properties")
      .select(["image_id", "name", "value"])
      .where("image_id", "in", ids)
      .where((row) => row.not("deleted"))
      .orderBy("name")
      .compile(),
  );
  for (const row of propertyRows) {
    if (row.value !== null) properties.get(row.image_id)?.set(row.name, row.value);
  }
  return rows.map((row) =>
    toImageRecord(row, tags.get(row.id) ?? [], properties.get(row.id) ?? new Map<string, string>()),
  );
}
