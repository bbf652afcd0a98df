import { sql, type ExpressionBuilder } from "kysely";
import { actorColumns } from "../sql/events/actor-columns.ts";
import { eventIdAt } from "../sql/events/event-id.ts";
import { compileEventStatements, type EventRow } from "../sql/events/event-statements.ts";
import { startAfter } from "../sql/events/record-events.ts";
import { markTagsDeleted, touchImages } from "../sql/mark-rows.ts";
import { clockTime } from "../sql/moments.ts";
import type { PreauthorizedRemoval, RemovalOutcome } from "../sql/removal/preauthorized-removal.ts";
import type { Schema } from "../sql/schema.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { Statement, type Steps } from "../sql/statement.ts";
import { sqliteDialect as dialect, sqliteQueries as db } from "./dialect.ts";

/** What is asked of a removal, without rules about tags and under one version of them. */
const statements = (holdsRules: boolean) => ({
  removeTag: new Statement(db, (query, slot: PreauthorizedRemoval & { readonly now: string }) =>
    markTagsDeleted(query, slot.now)
      .where("image_id", "=", slot.imageId)
      .where("value", "=", slot.tag)
      .where((row) =>
        row.exists(row.selectFrom("images").select("images.id").where(isMeant(slot, holdsRules))),
      ),
  ),
  findImage: new Statement(db, (query, slot: PreauthorizedRemoval) =>
    query.selectFrom("images").select("images.id").where(isMeant(slot, holdsRules)),
  ),
});
const [plain, ruled] = [statements(false), statements(true)];
const touchImage = new Statement(db, (query, slot: { readonly imageId: string; readonly now: string }) =>
  touchImages(query, slot.now).where("id", "=", slot.imageId),
);
const { lastEvent, insertEvent, insertOutbox } = compileEventStatements(db, dialect);

/** With the image's owner, whom the statement has to look up. */
const insertForOwner = new Statement(db, (_, slot: EventRow) => {
  const statement = sql`insert into imagetags_events (id, image_id, tag, added, owner, user_id, project_id, roles,
      request_id, application_credential_id, trust_id)
    select ${slot.id}, id, ${slot.tag}, ${slot.added}, owner, ${slot.user_id}, ${slot.project_id}, ${slot.roles},
      ${slot.request_id}, ${slot.application_credential_id}, ${slot.trust_id} from images where id = ${slot.image_id}`;
  return { compile: () => statement.compile(db) };
});

/**
 * Removes a tag in the open transaction, and looks at the image only when nothing was removed. `unknown` when
 * there is no image of exactly this id, it is not the owner's, or the rules are of another version. `moment` is in
 * microseconds since 1970.
 */
export function* removeInBatch(
  removal: PreauthorizedRemoval,
  moment: number,
  {
    recordsEvents,
    destinations,
    isGlances,
  }: Pick<SqlDatabase, "recordsEvents" | "destinations" | "isGlances">,
): Steps<RemovalOutcome> {
  const { imageId, tag, owner } = removal;
  const now = dialect.toTime(clockTime(moment));
  const { removeTag, findImage } = removal.rulesVersion === undefined ? plain : ruled;
  const removed = yield* removeTag.run({ ...removal, now });
  if (removed === 0) return (yield* findImage.first(removal)) === undefined ? "unknown" : "no-tag";
  const isLater = (yield* touchImage.run({ imageId, now })) > 0;
  if (!recordsEvents) return "removed";
  // What moved `updated_at` is later than the last event.
  const at = isLater && !isGlances ? moment : startAfter(moment, (yield* lastEvent.first({ imageId }))?.id);
  const id = dialect.toEventId(eventIdAt(at));
  const event = { id, image_id: imageId, tag, added: false, owner, ...actorColumns(removal.actor) };
  yield* (owner === null ? insertForOwner : insertEvent).run(event);
  for (const destination of destinations) yield* insertOutbox.run({ destination, id });
  if (clockTime(at) !== clockTime(moment)) {
    yield* touchImage.run({ imageId, now: dialect.toTime(clockTime(at)) });
  }
  return "removed";
}

/** Whether a row of `images` is the live image of the id, and the owner's, and the rules are those that allow the removal. */
function isMeant({ imageId, owner, rulesVersion }: Omit<PreauthorizedRemoval, "tag">, holdsRules: boolean) {
  return (row: ExpressionBuilder<Schema, "images">) =>
    row.and([
      row("images.id", "=", imageId),
      row("images.deleted", "=", sql.lit(false)),
      row.or([row(row.val(owner), "is", null), row("images.owner", "=", owner)]),
      ...(holdsRules ? [row(dialect.rulesVersion, "=", row.val(rulesVersion ?? null))] : []),
    ]);
}
