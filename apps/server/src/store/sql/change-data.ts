import type { ReceivedData, ImageRecord } from "../../images/model/image-record.ts";
import type { FoundImageData, ImageKey, Permit } from "../../images/model/image-store.ts";
import { openForChange, Refusal } from "./lock-and-authorize.ts";
import { readImage } from "./read-image.ts";
import { findImage } from "./read-images.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";

/** See {@link ImageStore.beginUpload}. */
export function* beginUpload(
  sql: Statements,
  key: ImageKey,
  now: string,
  permit: Permit,
  ready: (image: ImageRecord) => Error | undefined,
): Work<"begun" | "not-queued" | "no-image"> {
  const access = yield* openForChange(sql, key, permit);
  if (access === undefined) return "no-image";
  const imageId = access.id;
  const image = yield* readImage(sql, imageId);
  if (image === undefined) return "no-image";
  const refused = ready(image);
  if (refused !== undefined) throw new Refusal(refused);
  if ((yield* sql.awaitData.run({ imageId })) === 0) return "not-queued";
  yield* sql.touchImage.run({ imageId, now });
  return "begun";
}

/** See {@link ImageStore.finishUpload}. */
export function* finishUpload(
  sql: Statements,
  imageId: string,
  { location, ...data }: ReceivedData,
  now: string,
): Work<"active" | "gone"> {
  if ((yield* sql.receiveData.run({ imageId, ...data })) === 0) return "gone";
  yield* sql.insertLocation.run({ imageId, location, now });
  yield* sql.touchImage.run({ imageId, now });
  return "active";
}

/** See {@link ImageStore.abandonUpload}. */
export function* abandonUpload(
  sql: Statements,
  imageId: string,
  now: string,
): Work<"abandoned" | "not-saving" | "deleted" | "no-image"> {
  if ((yield* sql.stopAwaitingData.run({ imageId })) > 0) {
    yield* sql.touchImage.run({ imageId, now });
    return "abandoned";
  }
  const row = yield* sql.findImage.first({ imageId });
  if (row === undefined) return "no-image";
  return row.deleted ? "deleted" : "not-saving";
}

/** See {@link ImageStore.findImageData}. */
export function* findImageData(sql: Statements, key: ImageKey): Work<FoundImageData | undefined> {
  const found = yield* findImage(sql, key);
  if (found === undefined) return undefined;
  const rows = yield* sql.locations.rows({ imageId: found.image.id });
  return { ...found, locations: rows.map(({ value }) => value) };
}
