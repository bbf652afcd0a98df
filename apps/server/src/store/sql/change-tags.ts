import type { ImageKey, OverQuota, Permit } from "../../images/model/image-store.ts";
import { openForChange } from "./lock-and-authorize.ts";
import type { Work } from "./statement.ts";
import type { Statements } from "./statements.ts";
import { refuseUnstorable } from "./reject-unstorable.ts";

/** See {@link ImageStore.removeTag}. */
export function* removeTag(
  sql: Statements,
  key: ImageKey,
  tag: string,
  now: string,
  permit: Permit,
): Work<"removed" | "no-tag" | "no-image"> {
  const image = yield* openForChange(sql, key, permit);
  if (image === undefined) return "no-image";
  // No image can bear it, and drivers would write U+FFFD for what is not well-formed, which one can.
  if (!sql.dialect.holds("image_tags.value", tag)) return "no-tag";
  const removed = yield* sql.removeTag.run({ imageId: image.id, tag, now });
  if (removed === 0) return "no-tag";
  yield* sql.touchImage.run({ imageId: image.id, now });
  return "removed";
}

/** See {@link ImageStore.addTag}. */
export function* addTag(
  sql: Statements,
  key: ImageKey,
  tag: string,
  quota: number,
  now: string,
  permit: Permit,
): Work<"added" | "present" | "no-image" | OverQuota> {
  refuseUnstorable(sql, { tags: [tag] });
  const image = yield* openForChange(sql, key, permit);
  if (image === undefined) return "no-image";
  if ((yield* sql.findTag.first({ imageId: image.id, tag })) !== undefined) return "present";
  if (quota >= 0) {
    const present = yield* sql.countTags.first({ imageId: image.id });
    const wanted = Number(present?.tags ?? 0) + 1;
    if (wanted > quota) return { overQuota: wanted };
  }
  yield* sql.insertTag.run({ imageId: image.id, tag, now });
  yield* sql.touchImage.run({ imageId: image.id, now });
  return "added";
}

/** See {@link ImageStore.replaceTags}. */
export function* replaceTags(
  sql: Statements,
  key: ImageKey,
  tags: ReadonlySet<string>,
  now: string,
  permit: Permit,
): Work<"replaced" | "no-image"> {
  refuseUnstorable(sql, { tags });
  const image = yield* openForChange(sql, key, permit);
  if (image === undefined) return "no-image";
  const rows = yield* sql.tagValues.rows({ imageId: image.id });
  const present = new Set(rows.map((row) => row.value));
  if (yield* writeTags(sql, image.id, present, tags, now))
    yield* sql.touchImage.run({ imageId: image.id, now });
  return "replaced";
}

/** How many tags are each inserted by themselves: a statement of fixed text is prepared already. */
const EACH = 8;
/** How many rows one statement inserts at most: databases bound the number of its values. */
const TOGETHER = 500;

/** Adds tags that an image does not bear. */
export function* insertTags(
  sql: Statements,
  imageId: string,
  tags: readonly string[],
  now: string,
): Work<void> {
  if (tags.length <= EACH) {
    for (const tag of tags) yield* sql.insertTag.run({ imageId, tag, now });
    return;
  }
  for (let start = 0; start < tags.length; start += TOGETHER) {
    yield sql.insertTags({ imageId, tags: tags.slice(start, start + TOGETHER), now });
  }
}

/** Brings an image from the tags it bears to others; tells whether that wrote anything. */
export function* writeTags(
  sql: Statements,
  imageId: string,
  present: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  now: string,
): Work<boolean> {
  const gone = present.difference(wanted);
  const added = wanted.difference(present);
  for (const tag of gone) yield* sql.removeTag.run({ imageId, tag, now });
  yield* insertTags(sql, imageId, [...added], now);
  return gone.size > 0 || added.size > 0;
}
