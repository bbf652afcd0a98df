import { sql as raw } from "kysely";
import type { Actor } from "../../../images/model/actor.ts";
import type { TagExchange } from "../../../images/model/tag-plan.ts";
import { inParts } from "../in-parts.ts";
import { touchImages } from "../mark-rows.ts";
import { clockTime } from "../moments.ts";
import { rowsOf, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { actorColumns } from "./actor-columns.ts";
import type { StoredEventId } from "./event-id.ts";
import { eventRows, startAfter, writeEvents, type EventImage } from "./record-events.ts";

/** What was done to the tags of one image of several. */
interface Changed extends TagExchange {
  readonly image: EventImage;
}

/**
 * Does for many images, in the transaction that has their row locks, what `touchWithEvents` does for one: writes an event
 * for each change of a tag, later than those of its image before it, and moves the images' `updated_at`.
 */
export function* touchManyWithEvents(
  tx: Tx,
  changed: readonly Changed[],
  actor: Actor | undefined,
): Steps<void> {
  const ids = changed.map(({ image }) => image.id);
  yield* touch(tx, ids, tx.now);
  if (!tx.recordsEvents) return;
  const last = yield* lastEvents(tx, ids);
  const who = actorColumns(actor);
  /** The images whose last event is later than the change, by the time of that event. */
  const late = new Map<number, string[]>();
  const events = changed.flatMap(({ image, remove, add }) => {
    const changes = [
      ...remove.map((tag) => ({ action: "removed", tag }) as const),
      ...add.map((tag) => ({ action: "added", tag }) as const),
    ];
    const first = startAfter(tx.moment, last.get(image.id));
    const end = clockTime(first + changes.length - 1);
    if (end !== clockTime(tx.moment)) late.set(end, [...(late.get(end) ?? []), image.id]);
    return eventRows(tx.sql.dialect, image, changes, { first, who });
  });
  yield* writeEvents(tx, events);
  for (const [time, imageIds] of late) yield* touch(tx, imageIds, tx.sql.dialect.toTime(time));
}

function* touch({ queries }: Tx, imageIds: readonly string[], time: string): Steps<void> {
  for (const ids of inParts(imageIds)) yield touchImages(queries, time).where("id", "in", ids).compile();
}

/** The latest event of each image that has one: each is the end of a part of an index. */
function* lastEvents(tx: Tx, imageIds: readonly string[]): Steps<Map<string, StoredEventId>> {
  const found = new Map<string, StoredEventId>();
  for (const ids of inParts(imageIds)) {
    const asked = tx.sql.dialect.imageIdRows(ids);
    const reply = yield raw`select asked.image_id, (
        select imagetags_events.id from imagetags_events where imagetags_events.image_id = asked.image_id
        order by imagetags_events.id desc limit 1
      ) as id from (${asked}) asked`.compile(tx.queries);
    for (const row of rowsOf<{ image_id: string; id: StoredEventId | null }>(reply)) {
      if (row.id !== null) found.set(row.image_id, row.id);
    }
  }
  return found;
}
