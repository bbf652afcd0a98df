import type { PropertyValue } from "@imagetags/contract";
import { sql as raw, type Kysely, type Selectable } from "kysely";
import type { ImageAccess, ImageRecord } from "../../images/model/image-record.ts";
import type { ImageKey } from "../../images/model/image-store.ts";
import { findAccess } from "./lock-and-authorize.ts";
import { readImage, toImageRecord } from "./read-image.ts";
import type { Schema } from "./schema.ts";
import { rowsOfQuery, type Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

const no = raw.lit(false);

/** See {@link ImageStore.findImage}. */
export function* findImage(
  tx: Tx,
  key: ImageKey,
): Steps<{ image: ImageRecord; access: ImageAccess } | undefined> {
  const access = yield* findAccess(tx, key);
  if (access === undefined) return undefined;
  const image = yield* readImage(tx, access.id);
  return image === undefined ? undefined : { image, access };
}

/** Rows of `images` as images, in the same order. */
export function* withTagsAndProperties(
  db: Kysely<Schema>,
  rows: readonly Selectable<Schema["images"]>[],
): Steps<ImageRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const tags = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]));
  const properties = new Map<string, Map<string, PropertyValue>>(ids.map((id) => [id, new Map()]));
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
  for (const row of propertyRows) properties.get(row.image_id)?.set(row.name, row.value);
  return rows.map((row) =>
    toImageRecord(row, tags.get(row.id) ?? [], properties.get(row.id) ?? new Map<string, PropertyValue>()),
  );
}
