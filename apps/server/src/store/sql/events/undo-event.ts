import type { ImageKey, OverQuota, Permit } from "../../../images/model/image-store.ts";
import type { TagEvent } from "../../../images/model/tag-event.ts";
import { findRoom, insertTags } from "../change-tags.ts";
import { findRefusal, holdRules } from "../rules/hold-rules.ts";
import { lockAndAuthorize } from "../lock-and-authorize.ts";
import { rejectUnstorable } from "../reject-unstorable.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { touchWithEvents } from "./record-events.ts";

/** See {@link ImageStore.undoTagEvent}. Undoing writes an event too, so that it is done once. */
export function* undoTagEvent(
  tx: Tx,
  key: ImageKey,
  event: Pick<TagEvent, "id" | "tag" | "action">,
  quota: number,
  permit: Permit,
): Steps<"undone" | "changed" | "no-image" | OverQuota> {
  if (!tx.recordsEvents) return "changed";
  const { tag } = event;
  rejectUnstorable(tx.sql.dialect, { tags: [tag] });
  const image = yield* lockAndAuthorize(tx, key, permit);
  if (image === undefined) return "no-image";
  const imageId = image.id;
  const id = tx.sql.dialect.toEventId(event.id);
  if ((yield* tx.sql.laterEvent.first({ imageId, id, tag })) !== undefined) return "changed";
  if (event.action === "added") {
    const refusal = yield* findRefusal(tx, image.owner, [{ verb: "remove", tag }], key.actor);
    if (refusal !== undefined) {
      if ((yield* tx.sql.findTag.first({ imageId, tag })) === undefined) return "changed";
      throw refusal;
    }
    // Whoever knows nothing of events may have changed it too.
    if ((yield* tx.sql.removeTag.run({ imageId, tag, now: tx.now })) === 0) return "changed";
    yield* touchWithEvents(tx, image, [{ action: "removed", tag }], key.actor);
    return "undone";
  }
  const room = yield* findRoom(tx, imageId, tag, quota);
  if (room === "present") return "changed";
  yield* holdRules(tx, image.owner, [{ verb: "add", tag }], key.actor);
  if (room !== "room") return room;
  yield* insertTags(tx, imageId, [tag]);
  yield* touchWithEvents(tx, image, [{ action: "added", tag }], key.actor);
  return "undone";
}
