import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import { touchWithEvents, type TagChange } from "./events/record-events.ts";
import { lockAndAuthorize } from "./lock-and-authorize.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";
import { rejectColliding } from "./reject-colliding.ts";
import { rejectUnstorable } from "./reject-unstorable.ts";

/** See {@link ImageStore.removeTag}. */
export function* removeTag(
  tx: Tx,
  key: ImageKey,
  tag: string,
  permit: Permit,
): Steps<"removed" | "no-tag" | "no-image"> {
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  // No image can bear such a tag. Drivers would write U+FFFD for text that is not well-formed, and an image can
  // bear that.
  if (!tx.sql.dialect.canStore("image_tags.value", tag)) return "no-tag";
  const removed = yield* tx.sql.removeTag.run({ imageId: image.id, tag, now: tx.now });
  if (removed === 0) return "no-tag";
  yield* touchWithEvents(tx, image, [{ action: "removed", tag }], key.actor);
  return "removed";
}

/** See {@link ImageStore.addTag}. */
export function* addTag(
  tx: Tx,
  key: ImageKey,
  tag: string,
  quota: number,
  permit: Permit,
): Steps<"added" | "present" | "no-image" | OverQuota> {
  rejectUnstorable(tx.sql.dialect, { tags: [tag] });
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  const room = yield* findRoom(tx, image.id, tag, quota);
  if (room !== "room") return room;
  yield* insertTags(tx, image.id, [tag]);
  yield* touchWithEvents(tx, image, [{ action: "added", tag }], key.actor);
  return "added";
}

/** Whether an image has room for one more tag, bears it already, or would pass the quota with it. */
export function* findRoom(
  tx: Tx,
  imageId: string,
  tag: string,
  quota: number,
): Steps<"room" | "present" | OverQuota> {
  if ((yield* tx.sql.findTag.first({ imageId, tag })) !== undefined) return "present";
  if (quota < 0) return "room";
  const present = yield* tx.sql.countTags.first({ imageId });
  const wanted = Number(present?.tags ?? 0) + 1;
  return wanted > quota ? { overQuota: wanted } : "room";
}

/** See {@link ImageStore.replaceTags}. */
export function* replaceTags(
  tx: Tx,
  key: ImageKey,
  tags: ReadonlySet<string>,
  permit: Permit,
): Steps<"replaced" | "no-image"> {
  rejectUnstorable(tx.sql.dialect, { tags });
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  const rows = yield* tx.sql.tagValues.rows({ imageId: image.id });
  const present = new Set(rows.map((row) => row.value));
  const changes = yield* writeTags(tx, image.id, present, tags);
  if (changes.length > 0) yield* touchWithEvents(tx, image, changes, key.actor);
  return "replaced";
}

/** The most tags that are each inserted by themselves, by a statement that is prepared already. */
const EACH = 8;
/** The most rows of one statement. Databases bound the number of its values. */
const TOGETHER = 500;

/** Adds tags that an image does not bear. */
export function* insertTags(tx: Tx, imageId: string, tags: readonly string[]): Steps<void> {
  if (tags.length === 0) return;
  yield* writeRows(tx, imageId, tags);
  yield* rejectColliding(tx, imageId, tags);
}

function* writeRows(tx: Tx, imageId: string, tags: readonly string[]): Steps<void> {
  if (tags.length <= EACH) {
    for (const tag of tags) yield* tx.sql.insertTag.run({ imageId, tag, now: tx.now });
    return;
  }
  for (let start = 0; start < tags.length; start += TOGETHER) {
    yield tx.sql.insertTags({ imageId, tags: tags.slice(start, start + TOGETHER), now: tx.now });
  }
}

/** Replaces the tags that an image bears by others. Tells what that changed. */
export function* writeTags(
  tx: Tx,
  imageId: string,
  present: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
): Steps<readonly TagChange[]> {
  const gone = present.difference(wanted);
  const added = wanted.difference(present);
  for (const tag of gone) yield* tx.sql.removeTag.run({ imageId, tag, now: tx.now });
  yield* insertTags(tx, imageId, [...added]);
  return [
    ...[...gone].map((tag) => ({ action: "removed", tag }) as const),
    ...[...added].map((tag) => ({ action: "added", tag }) as const),
  ];
}
