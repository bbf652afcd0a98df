import { sql, type ExpressionBuilder } from "kysely";
import { markTagsDeleted, touchImages } from "../sql/mark-rows.ts";
import type { PreauthorizedRemoval, RemovalOutcome } from "../sql/removal/preauthorized-removal.ts";
import type { Schema } from "../sql/schema.ts";
import { Statement, type Steps } from "../sql/statement.ts";
import { sqliteQueries as db } from "./dialect.ts";

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

/**
 * Removes a tag in the open transaction, and looks at the image only when nothing was removed. `unknown` when
 * there is no image of exactly this id, or it is not the owner's.
 */
export function* removeInBatch(removal: PreauthorizedRemoval, now: string): Steps<RemovalOutcome> {
  const removed = yield* removeTag.run({ ...removal, now });
  if (removed === 0) return (yield* findImage.first(removal)) === undefined ? "unknown" : "no-tag";
  yield* touchImage.run({ imageId: removal.imageId, now });
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
