import { sql, type ExpressionBuilder } from "kysely";
import { actorColumns, type ActorColumns } from "../sql/events/actor-columns.ts";
import { eventIdAt, type StoredEventId } from "../sql/events/event-id.ts";
import { compileEventStatements } from "../sql/events/event-statements.ts";
import { startAfter } from "../sql/events/record-events.ts";
import { markTagsDeleted, touchImages } from "../sql/mark-rows.ts";
import { clockTime } from "../sql/moments.ts";
import type { PreauthorizedRemoval, RemovalOutcome } from "../sql/removal/preauthorized-removal.ts";
import type { Schema } from "../sql/schema.ts";
import { Statement, type Steps } from "../sql/statement.ts";
import { sqliteDialect as dialect, sqliteQueries as db } from "./dialect.ts";

const removeTag = new Statement(db, (query, slot: PreauthorizedRemoval & { readonly now: string }) =>
  markTagsDeleted(query, slot.now)
    .where("image_id", "=", slot.imageId)
    .where("value", "=", slot.tag)
    .where((row) => row.exists(row.selectFrom("images").select("images.id").where(isMeant(slot)))),
);
const findImage = new Statement(db, (query, slot: PreauthorizedRemoval) =>
  query.selectFrom("images").select("images.id").where(isMeant(slot)),
);
const touchImage = new Statement(db, (query, slot: { readonly imageId: string; readonly now: string }) =>
  touchImages(query, slot.now).where("id", "=", slot.imageId),
);
const { lastEvent } = compileEventStatements(db, dialect);

interface EventArgs extends ActorColumns {
  readonly id: StoredEventId;
  readonly imageId: string;
  readonly tag: string;
}

/** With the image's owner, whom the caller may not be. */
const insertEvent = new Statement(db, (query, slot: EventArgs) =>
  query.insertInto("imagetags_events").values({
    id: slot.id,
    image_id: slot.imageId,
    tag: slot.tag,
    added: sql.lit(false),
    owner: (row) => row.selectFrom("images").select("images.owner").where("images.id", "=", slot.imageId),
    user_id: slot.user_id,
    project_id: slot.project_id,
    roles: slot.roles,
    request_id: slot.request_id,
    application_credential_id: slot.application_credential_id,
    trust_id: slot.trust_id,
  }),
);

/**
 * Removes a tag in the open transaction, and looks at the image only when nothing was removed. `unknown` when
 * there is no image of exactly this id, or it is not the owner's. `moment` is in
 * microseconds since 1970.
 */
export function* removeInBatch(
  removal: PreauthorizedRemoval,
  moment: number,
  recordsEvents: boolean,
): Steps<RemovalOutcome> {
  const { imageId, tag } = removal;
  const removed = yield* removeTag.run({ ...removal, now: dialect.toTime(clockTime(moment)) });
  if (removed === 0) return (yield* findImage.first(removal)) === undefined ? "unknown" : "no-tag";
  let at = moment;
  if (recordsEvents) {
    at = startAfter(moment, (yield* lastEvent.first({ imageId }))?.id);
    const id = dialect.toEventId(eventIdAt(at));
    yield* insertEvent.run({ id, imageId, tag, ...actorColumns(removal.actor) });
  }
  yield* touchImage.run({ imageId, now: dialect.toTime(clockTime(at)) });
  return "removed";
}

/** Whether a row of `images` is the live image of the id, and the owner's. */
function isMeant({ imageId, owner }: Omit<PreauthorizedRemoval, "tag">) {
  return (row: ExpressionBuilder<Schema, "images">) =>
    row.and([
      row("images.id", "=", imageId),
      row("images.deleted", "=", sql.lit(false)),
      row.or([row(row.val(owner), "is", null), row("images.owner", "=", owner)]),
    ]);
}
