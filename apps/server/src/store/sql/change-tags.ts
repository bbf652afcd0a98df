import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import { touchWithEvents, type TagChange } from "./events/record-events.ts";
import { findRefusal, holdRules, stepsOf } from "./rules/hold-rules.ts";
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
  const imageId = image.id;
  const refusal = yield* findRefusal(tx, image.owner, [{ verb: "remove", tag }], key.actor);
  if (refusal !== undefined) {
    // Where there is no tag, no rule protects it.
    if ((yield* tx.sql.findTag.first({ imageId, tag })) === undefined) return "no-tag";
    throw refusal;
  }
  const removed = yield* tx.sql.removeTag.run({ imageId, tag, now: tx.now });
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
  if (room === "present") return room;
  yield* holdRules(tx, image.owner, [{ verb: "add", tag }], key.actor);
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
  const changes = tagChanges(present, tags);
  yield* holdRules(tx, image.owner, stepsOf(changes), key.actor);
  yield* writeTags(tx, image.id, changes);
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

/** What replaces the tags that an image bears by others. */
export function tagChanges(present: ReadonlySet<string>, wanted: ReadonlySet<string>): readonly TagChange[] {
  return [
    ...[...present.difference(wanted)].map((tag) => ({ action: "removed", tag }) as const),
    ...[...wanted.difference(present)].map((tag) => ({ action: "added", tag }) as const),
  ];
}

/** Makes these changes, which rules allow. */
export function* writeTags(tx: Tx, imageId: string, changes: readonly TagChange[]): Steps<void> {
  for (const { action, tag } of changes) {
    if (action === "removed") yield* tx.sql.removeTag.run({ imageId, tag, now: tx.now });
  }
  const added = changes.filter(({ action }) => action === "added").map(({ tag }) => tag);
  yield* insertTags(tx, imageId, added);
}
