import type { Actor } from "../../images/model/actor.ts";
import type { ImageRecord, NewImage } from "../../images/model/image-record.ts";
import type { ImageKey, OrphanedData, Permit, Usage } from "../../images/model/image-store.ts";
import { checkUsage } from "./check-usage.ts";
import { insertTags } from "./change-tags.ts";
import { removeMembers } from "./change-members.ts";
import { recordFirstEvents, touchWithEvents } from "./events/record-events.ts";
import { holdRules, stepsOf } from "./rules/hold-rules.ts";
import { lockAndAuthorize } from "./lock-and-authorize.ts";
import { fromSqlTime } from "./sql-time.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";
import { rejectUnstorable } from "./reject-unstorable.ts";

/** See {@link ImageStore.createImage}. */
export function* createImage(
  tx: Tx,
  image: NewImage,
  admit?: (usage: Usage) => Error | undefined,
  actor?: Actor,
): Steps<ImageRecord | "id-taken"> {
  rejectUnstorable(tx.sql.dialect, image);
  const imageId = image.id;
  // A deleted image keeps its row and its id. Glance may have kept an id in upper case.
  for (const taken of [imageId, imageId.toUpperCase()]) {
    if ((yield* tx.sql.idTaken.first({ imageId: taken })) !== undefined) return "id-taken";
  }
  yield* checkUsage(tx, image.owner, { images: 1, bytes: image.size ?? 0 }, admit);
  const changes = image.tags.map((tag) => ({ action: "added", tag }) as const);
  yield* holdRules(tx, image.owner, stepsOf(changes), actor);
  const { queries, now } = tx;
  yield queries
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
  yield* insertTags(tx, imageId, image.tags);
  for (const [name, value] of image.properties)
    yield* tx.sql.insertProperty.run({ imageId, name, value, now: tx.now });
  yield* recordFirstEvents(tx, image, changes, actor);
  const time = fromSqlTime(now);
  return { ...image, tags: image.tags.toSorted(), createdAt: time, updatedAt: time };
}

/** See {@link ImageStore.deleteImage}. */
export function* deleteImage(
  tx: Tx,
  key: ImageKey,
  permit: Permit,
  ownLocation: (imageId: string) => string | undefined = () => undefined,
): Steps<"deleted" | "has-data" | "no-image" | OrphanedData> {
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  const imageId = image.id;
  const locations = yield* tx.sql.locations.rows({ imageId });
  if (locations.some(({ value }) => value !== ownLocation(imageId))) return "has-data";
  const isTold = tx.recordsEvents || tx.knownRules !== undefined;
  const tags = isTold ? yield* tx.sql.tagValues.rows({ imageId }) : [];
  const changes = [...new Set(tags.map(({ value }) => value))].map(
    (tag) => ({ action: "removed", tag }) as const,
  );
  yield* holdRules(tx, image.owner, stepsOf(changes), key.actor);
  yield* tx.sql.deleteImage.run({ imageId, now: tx.now });
  yield* touchWithEvents(tx, image, changes, key.actor);
  yield* tx.sql.removeAllTags.run({ imageId, now: tx.now });
  yield* tx.sql.removeProperties.run({ imageId, now: tx.now });
  yield* removeMembers(tx, imageId);
  if (locations.length === 0) return "deleted";
  yield* tx.sql.removeLocations.run({ imageId, now: tx.now });
  return { dataOf: imageId };
}
