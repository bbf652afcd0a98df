import type { Actor } from "../../../images/model/actor.ts";
import type { TagAction } from "../../../images/model/tag-event.ts";
import type { Dialect } from "../dialect.ts";
import { inParts } from "../in-parts.ts";
import { clockTime } from "../moments.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { actorColumns, type ActorColumns } from "./actor-columns.ts";
import { eventIdAt, eventIdText, eventTime, type StoredEventId } from "./event-id.ts";
import type { EventRow } from "./event-statements.ts";

/** The image of an event, as it is stored. */
export interface EventImage {
  readonly id: string;
  readonly owner: string | null;
}

/** What a change did to a tag. */
export interface TagChange {
  readonly action: TagAction;
  readonly tag: string;
}

/**
 * Writes an event for each change of a tag, in the transaction that has the image's row lock, and moves the image's
 * `updated_at`.
 *
 * The events of an image are in the order of its commits by their ids: each is later than those before it, whatever the
 * clocks of several servers say. `updated_at` is never earlier than the millisecond of the last event, which a batch of
 * removals on PostgreSQL rests on.
 */
export function* touchWithEvents(
  tx: Tx,
  image: EventImage,
  changes: readonly TagChange[],
  actor: Actor | undefined,
): Steps<void> {
  const imageId = image.id;
  const isLater = (yield* tx.sql.touchImage.run({ imageId, now: tx.now })) > 0;
  if (!tx.recordsEvents || changes.length === 0) return;
  // What moved `updated_at` is later than the last event.
  const first = isLater && !tx.isGlances ? tx.moment : yield* momentAfterLast(tx, imageId);
  const last = yield* insertEvents(tx, image, changes, { first, actor });
  if (clockTime(last) === clockTime(tx.moment)) return;
  yield* tx.sql.touchImage.run({ imageId, now: tx.sql.dialect.toTime(clockTime(last)) });
}

/** Writes the events of an image that was just made. */
export function* recordFirstEvents(
  tx: Tx,
  image: EventImage,
  changes: readonly TagChange[],
  actor: Actor | undefined,
): Steps<void> {
  if (!tx.recordsEvents || changes.length === 0) return;
  // An image of its id may have been purged.
  const first = yield* momentAfterLast(tx, image.id);
  yield* insertEvents(tx, image, changes, { first, actor });
}

function* momentAfterLast(tx: Tx, imageId: string): Steps<number> {
  return startAfter(tx.moment, (yield* tx.sql.lastEvent.first({ imageId }))?.id);
}

/**
 * Writes an event for each change, a microsecond apart, and leaves it to be sent to each destination. Tells the time of the
 * last.
 */
function* insertEvents(
  tx: Tx,
  image: EventImage,
  changes: readonly TagChange[],
  { first, actor }: { readonly first: number; readonly actor: Actor | undefined },
): Steps<number> {
  const rows = eventRows(tx.sql.dialect, image, changes, { first, who: actorColumns(actor) });
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    yield* tx.sql.insertEvent.run(only);
    for (const destination of tx.destinations) yield* tx.sql.insertOutbox.run({ destination, id: only.id });
  } else yield* writeEvents(tx, rows);
  return first + rows.length - 1;
}

/** Writes events, and leaves them to be sent to each destination. */
export function* writeEvents(
  { queries, destinations }: Pick<Tx, "queries" | "destinations">,
  events: readonly EventRow[],
): Steps<void> {
  for (const rows of inParts(events)) {
    yield queries.insertInto("imagetags_events").values(rows).compile();
    for (const destination of destinations) {
      const left = rows.map(({ id }) => ({ destination, event_id: id }));
      yield queries.insertInto("imagetags_outbox").values(left).compile();
    }
  }
}

/** The rows of the events of an image, the first of which is at a time. */
export function eventRows(
  dialect: Dialect,
  image: EventImage,
  changes: readonly TagChange[],
  { first, who }: { readonly first: number; readonly who: ActorColumns },
): EventRow[] {
  return changes.map(({ action, tag }, index) => ({
    id: dialect.toEventId(eventIdAt(first + index)),
    image_id: image.id,
    tag,
    added: action === "added",
    owner: image.owner,
    ...who,
  }));
}

/** When the next event of an image is, where the last one was of this id. */
export function startAfter(moment: number, last: StoredEventId | undefined): number {
  return last === undefined ? moment : Math.max(moment, eventTime(eventIdText(last)) + 1);
}
