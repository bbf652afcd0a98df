import type { ReceivedData, ImageRecord } from "../../images/model/image-record.ts";
import type { FoundImageData, ImageKey, Permit, Usage } from "../../images/model/image-store.ts";
import { checkUsage } from "./check-usage.ts";
import { findByIdInAnyCase, lockAndAuthorize, lockImage, Refusal } from "./lock-and-authorize.ts";
import { readImage } from "./read-image.ts";
import { findImage } from "./read-images.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** See {@link ImageStore.beginUpload}. */
export function* beginUpload(
  tx: Tx,
  key: ImageKey,
  permit: Permit,
  ready: (image: ImageRecord) => Error | undefined,
): Steps<"begun" | "not-queued" | "no-image"> {
  const access = yield* lockAndAuthorize(tx, key, permit);
  if (access === undefined) return "no-image";
  const imageId = access.id;
  const image = yield* readImage(tx, imageId);
  if (image === undefined) return "no-image";
  const refused = ready(image);
  if (refused !== undefined) throw new Refusal(refused);
  if ((yield* tx.sql.markSaving.run({ imageId })) === 0) return "not-queued";
  yield* tx.sql.touchImage.run({ imageId, now: tx.now });
  return "begun";
}

/** See {@link ImageStore.finishUpload}. */
export function* finishUpload(
  tx: Tx,
  imageId: string,
  { location, ...data }: ReceivedData,
  admit?: (usage: Usage) => Error | undefined,
): Steps<"active" | "gone"> {
  const image = admit === undefined ? undefined : yield* tx.sql.findImage.first({ imageId });
  const added = { images: 0, bytes: data.size };
  if (image?.status === "saving") yield* checkUsage(tx, image.owner, added, admit);
  if ((yield* tx.sql.markActive.run({ imageId, ...data })) === 0) return "gone";
  yield* tx.sql.insertLocation.run({ imageId, location, now: tx.now });
  yield* tx.sql.touchImage.run({ imageId, now: tx.now });
  return "active";
}

/** See {@link ImageStore.abandonUpload}. */
export function* abandonUpload(
  tx: Tx,
  imageId: string,
  reclaim?: () => Error | undefined,
): Steps<"abandoned" | "not-saving" | "deleted" | "no-image"> {
  if (tx.sql.dialect.locksRows) yield* lockImage(tx, imageId);
  const row = yield* tx.sql.findImage.first({ imageId });
  if (row === undefined) return "no-image";
  if (row.deleted) return "deleted";
  if (row.status !== "saving") return "not-saving";
  const refused = reclaim?.();
  if (refused !== undefined) throw new Refusal(refused);
  yield* tx.sql.markQueued.run({ imageId });
  yield* tx.sql.touchImage.run({ imageId, now: tx.now });
  return "abandoned";
}

/** See {@link ImageStore.findDeleted}. */
export function* findDeleted(tx: Tx, imageId: string): Steps<string | undefined> {
  const row = yield* findByIdInAnyCase(tx, imageId, (id) => tx.sql.findImage.first({ imageId: id }));
  return row?.deleted ? row.id : undefined;
}

/** See {@link ImageStore.findImageData}. */
export function* findImageData(tx: Tx, key: ImageKey): Steps<FoundImageData | undefined> {
  const found = yield* findImage(tx, key);
  if (found === undefined) return undefined;
  const rows = yield* tx.sql.locations.rows({ imageId: found.image.id });
  return { ...found, locations: rows.map(({ value }) => value) };
}
