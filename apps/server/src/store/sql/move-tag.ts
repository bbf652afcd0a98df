import { MOST_MOVED_FROM } from "@imagetags/contract";
import type { ImageAccess } from "../../images/model/image-record.ts";
import type { TagMove, TagMoveOutcome } from "../../images/model/tag-move.ts";
import { findRoom, insertTags } from "./change-tags.ts";
import { touchWithEvents } from "./events/record-events.ts";
import { authorize, findAccess, lockImage, Refusal } from "./lock-and-authorize.ts";
import { holdRules } from "./rules/hold-rules.ts";
import { rejectUnstorable } from "./reject-unstorable.ts";
import type { Steps } from "./statement.ts";
import type { Tx } from "./tx.ts";

/** Others changed the tag before all images were locked. Nothing was done, and the move is to begin anew, without locks. */
export class BegunTooEarly extends Error {
  override readonly name = "BegunTooEarly";
}

/** The images of a move, in one state of the database. */
interface Concerned {
  readonly target: ImageAccess;
  readonly source: ImageAccess | undefined;
  /** The ids of the images of the target's project that bear the tag. */
  readonly bearers: readonly string[];
}

type NoImage = Extract<TagMoveOutcome, { readonly outcome: "no-image" }>;

/**
 * See {@link ImageStore.moveTag}. The images are looked up and then locked in the order of their ids, so that no two moves
 * wait for each other; then they are looked up again. Rejects with {@link BegunTooEarly} where others bear the tag by then.
 */
export function* moveTag(tx: Tx, move: TagMove): Steps<TagMoveOutcome> {
  rejectUnstorable(tx.sql.dialect, { tags: [move.tag] });
  const before = yield* findConcerned(tx, move);
  if ("outcome" in before) return before;
  const locked = idsOf(before);
  if (before.bearers.length > MOST_MOVED_FROM + 1) return { outcome: "too-many" };
  if (tx.sql.dialect.locksRows) for (const imageId of [...locked].toSorted()) yield* lockImage(tx, imageId);
  const now = yield* findConcerned(tx, move);
  if ("outcome" in now) return now;
  if (!idsOf(now).isSubsetOf(locked)) throw new Refusal(new BegunTooEarly());
  return yield* moveAmong(tx, move, now);
}

/** Finds the images, and refuses what the caller may not do to those that are named. */
function* findConcerned(tx: Tx, { tag, to, from, ...move }: TagMove): Steps<Concerned | NoImage> {
  const target = yield* findAccess(tx, to);
  if (target === undefined) return { outcome: "no-image", imageId: to.imageId };
  yield* authorize(tx, target, to, move.mayAdd);
  const source = from === undefined ? undefined : yield* findAccess(tx, from);
  if (from !== undefined) {
    if (source === undefined) return { outcome: "no-image", imageId: from.imageId };
    yield* authorize(tx, source, from, move.mayRemove(from.imageId));
  }
  const { owner } = target;
  // Without an owner it is of no project.
  if (owner === null) {
    const bears = (yield* tx.sql.findTag.first({ imageId: target.id, tag })) !== undefined;
    return { target, source, bearers: bears ? [target.id] : [] };
  }
  const bearers = yield* tx.sql.findBearers.rows({ tag, owner });
  return { target, source, bearers: bearers.map(({ id }) => id) };
}

function idsOf({ target, source, bearers }: Concerned): Set<string> {
  return new Set([target.id, ...(source === undefined ? [] : [source.id]), ...bearers]);
}

/** Moves the tag among images that are locked. All is decided before the first is changed. */
function* moveAmong(
  tx: Tx,
  { tag, to, quota, mayRemove }: TagMove,
  { target, source, bearers }: Concerned,
): Steps<TagMoveOutcome> {
  if (source !== undefined) {
    const others = bearers.filter((id) => id !== source.id);
    const isBearer = others.length < bearers.length;
    if (!isBearer && (yield* tx.sql.findTag.first({ imageId: source.id, tag })) === undefined) {
      return { outcome: "not-on-source" };
    }
    if (others.length > 0) return { outcome: "on-others", images: others };
  } else if (bearers.length === 0) return { outcome: "no-tag" };

  const losers: ImageAccess[] = [];
  for (const imageId of source === undefined ? bearers : [source.id]) {
    if (imageId === target.id) continue;
    const key = { ...to, imageId };
    const image = yield* findAccess(tx, key);
    if (image === undefined) throw new Refusal(new BegunTooEarly());
    yield* authorize(tx, image, key, mayRemove(imageId));
    losers.push(image);
  }
  if (losers.length > MOST_MOVED_FROM) return { outcome: "too-many" };
  const moved = { outcome: "moved", to: target.id, from: losers.map(({ id }) => id) } as const;
  if (losers.length === 0) return moved;
  for (const owner of new Set([target, ...losers].map((image) => image.owner))) {
    yield* holdRules(tx, owner, [{ verb: "move", tag }], to.actor);
  }
  const room = yield* findRoom(tx, target.id, tag, quota);
  if (typeof room === "object") return { outcome: "over-quota", ...room };

  for (const image of losers) {
    // Whoever does not lock the image may have taken it away by now, as Glance does.
    if ((yield* tx.sql.removeTag.run({ imageId: image.id, tag, now: tx.now })) === 0)
      throw new Refusal(new BegunTooEarly());
    yield* touchWithEvents(tx, image, [{ action: "removed", tag }], to.actor);
  }
  if (room === "room") {
    yield* insertTags(tx, target.id, [tag]);
    yield* touchWithEvents(tx, target, [{ action: "added", tag }], to.actor);
  }
  return moved;
}
