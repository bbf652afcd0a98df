import type { Kysely } from "kysely";
import type { ImageRecord, NewImage } from "../../images/model/image-record.ts";
import type { ImageKey, OrphanedData, Permit } from "../../images/model/image-store.ts";
import { insertTags } from "./change-tags.ts";
import { removeMembers } from "./change-members.ts";
import { openForChange } from "./lock-and-authorize.ts";
import type { Schema } from "./schema.ts";
import { fromSqlTime } from "./sql-time.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";
import { refuseUnstorable } from "./reject-unstorable.ts";

/** See {@link ImageStore.createImage}. */
export function* createImage(
  db: Kysely<Schema>,
  sql: Statements,
  image: NewImage,
  now: string,
): Work<ImageRecord | "id-taken"> {
  refuseUnstorable(sql, image);
  const imageId = image.id;
  // A deleted image keeps its row, and with it its id; Glance may have kept one in upper case.
  for (const taken of [imageId, imageId.toUpperCase()]) {
    if ((yield* sql.idTaken.first({ imageId: taken })) !== undefined) return "id-taken";
  }
  yield db
    .insertInto("images")
    .values({
      id: imageId,
      name: image.name,
      size: image.size,
      status: image.status,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      deleted: false,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      checksum: image.checksum,
      owner: image.owner,
      min_disk: image.minDisk,
      min_ram: image.minRam,
      protected: image.protected,
      virtual_size: image.virtualSize,
      visibility: image.visibility,
      os_hidden: image.osHidden,
      os_hash_algo: image.osHashAlgo,
      os_hash_value: image.osHashValue,
    })
    .compile();
  yield* insertTags(sql, imageId, image.tags, now);
  for (const [name, value] of image.properties) yield* sql.insertProperty.run({ imageId, name, value, now });
  const time = fromSqlTime(now);
  return { ...image, tags: image.tags.toSorted(), createdAt: time, updatedAt: time };
}

/** See {@link ImageStore.deleteImage}. */
export function* deleteImage(
  sql: Statements,
  key: ImageKey,
  now: string,
  permit: Permit,
  ownLocation: (imageId: string) => string | undefined = () => undefined,
): Work<"deleted" | "has-data" | "no-image" | OrphanedData> {
  const image = yield* openForChange(sql, key, permit);
  if (image === undefined) return "no-image";
  const imageId = image.id;
  const locations = yield* sql.locations.rows({ imageId });
  if (locations.some(({ value }) => value !== ownLocation(imageId))) return "has-data";
  yield* sql.deleteImage.run({ imageId, now });
  yield* sql.touchImage.run({ imageId, now });
  yield* sql.removeAllTags.run({ imageId, now });
  yield* sql.removeProperties.run({ imageId, now });
  yield* removeMembers(sql, imageId, now);
  if (locations.length === 0) return "deleted";
  yield* sql.removeLocations.run({ imageId, now });
  return { dataOf: imageId };
}
