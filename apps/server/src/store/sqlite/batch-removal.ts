import { sql, type ExpressionBuilder } from "kysely";
import type { Attempt, CertainRemoval } from "../sql/removal/preauthorized-removal.ts";
import type { Schema } from "../sql/schema.ts";
import { Statement, type Work } from "../sql/statement.ts";
import { compileTouch } from "../sql/statements.ts";
import { sqliteQueries } from "./dialect.ts";

/**
 * Does a removal in the transaction that is open; looks at the image only when nothing was removed. It is
 * `unknown` where there is no image of exactly this id, or it is not the owner's.
 */
export type Removal = (removal: CertainRemoval, now: string) => Work<Attempt>;

/** Compiles the statements of a {@link Removal}. */
export function compileRemoval(): Removal {
  const db = sqliteQueries;
  const touchImage = compileTouch(db);
  const removeTag = new Statement(db, (query, slot: CertainRemoval & { readonly now: string }) =>
    query
      .updateTable("image_tags")
      .set({ deleted: sql.lit(true), deleted_at: slot.now, updated_at: slot.now })
      .where("image_id", "=", slot.imageId)
      .where("value", "=", slot.tag)
      .where("deleted", "=", sql.lit(false))
      .where((row) => row.exists(row.selectFrom("images").select("images.id").where(isMeant(slot)))),
  );
  const findImage = new Statement(db, (query, slot: CertainRemoval) =>
    query.selectFrom("images").select("images.id").where(isMeant(slot)),
  );
  return function* remove(removal, now) {
    const removed = yield* removeTag.run({ ...removal, now });
    if (removed === 0) return (yield* findImage.first(removal)) === undefined ? "unknown" : "no-tag";
    yield* touchImage.run({ imageId: removal.imageId, now });
    return "removed";
  };
}

/** Whether a row of `images` is the live image of the id, and the owner's. */
function isMeant({ imageId, owner }: Omit<CertainRemoval, "tag">) {
  return (row: ExpressionBuilder<Schema, "images">) =>
    row.and([
      row("images.id", "=", imageId),
      row("images.deleted", "=", sql.lit(false)),
      row.or([row(row.val(owner), "is", null), row("images.owner", "=", owner)]),
    ]);
}
