import { VISIBILITIES, type PropertyValue, type Visibility } from "@imagetags/contract";
import type { Selectable } from "kysely";
import type { ImageRecord } from "../../images/model/image-record.ts";
import type { Schema } from "./schema.ts";
import { fromSqlTime } from "./sql-time.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** The image of exactly this id, deleted or not. */
export function* readImage(tx: Tx, imageId: string): Steps<ImageRecord | undefined> {
  const row = yield* tx.sql.findImage.first({ imageId });
  if (row === undefined) return undefined;
  const tags = yield* tx.sql.tagValues.rows({ imageId });
  const properties = yield* tx.sql.propertiesOf.rows({ imageId });
  return toImageRecord(
    row,
    tags.map((tag) => tag.value),
    new Map(properties.map(({ name, value }) => [name, value])),
  );
}

/** A row of `images` with its tags and properties, as an image. */
export function toImageRecord(
  row: Selectable<Schema["images"]>,
  tags: Iterable<string>,
  properties: ReadonlyMap<string, PropertyValue>,
): ImageRecord {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    visibility: toVisibility(row.visibility),
    owner: row.owner,
    protected: Boolean(row.protected),
    osHidden: Boolean(row.os_hidden),
    size: row.size,
    virtualSize: row.virtual_size,
    diskFormat: row.disk_format,
    containerFormat: row.container_format,
    checksum: row.checksum,
    osHashAlgo: row.os_hash_algo,
    osHashValue: row.os_hash_value,
    minDisk: row.min_disk,
    minRam: row.min_ram,
    createdAt: fromSqlTime(row.created_at),
    updatedAt: fromSqlTime(row.updated_at ?? row.created_at),
    tags: [...new Set(tags)].toSorted(),
    properties,
  };
}

/** A visibility as the column holds it. An unknown one is taken for the narrowest. */
export function toVisibility(value: string): Visibility {
  return VISIBILITIES.find((known) => known === value) ?? "private";
}
