import { sql as raw } from "kysely";
import type { ManyTagsChange, PlannedExchange } from "../../../images/model/tag-plan.ts";
import { touchManyWithEvents } from "../events/record-many.ts";
import { isOneOf } from "../lists/list-conditions.ts";
import { Refusal } from "../lock-and-authorize.ts";
import { markTagsDeleted, toggleImages } from "../mark-rows.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { inParts } from "../in-parts.ts";
import { planTags } from "./plan-tags.ts";

/** A live row of a tag that is to be removed. */
interface TagRow {
  readonly id: number;
  readonly image_id: string;
}

/** See {@link ImageStore.changeManyTags}. Each statement is about many images. */
export function* changeManyTags(
  tx: Tx,
  change: ManyTagsChange,
  agree: (plan: readonly PlannedExchange[]) => Error | undefined,
): Steps<readonly PlannedExchange[]> {
  yield* lockImages(tx, change.imageIds);
  const rows = yield* lockTagRows(tx, change);
  const plan = yield* planTags(tx, change);
  const disagreed = agree(plan);
  if (disagreed !== undefined) throw new Refusal(disagreed);
  const made = plan.filter(({ refused }) => refused === undefined);
  if (made.length === 0) return plan;
  const isMade = new Set(made.map(({ image }) => image.id));
  const gone = rows.filter((row) => isMade.has(row.image_id)).map(({ id }) => id);
  for (const ids of inParts(gone)) yield markTagsDeleted(tx.queries, tx.now).where("id", "in", ids).compile();
  yield* insertTags(tx, made);
  yield* touchManyWithEvents(tx, made, change.actor);
  return plan;
}

/** Takes the row locks of images, in the order of their ids. See {@link Dialect.meetsByWrites} for a cluster. */
function* lockImages({ queries, sql: { dialect } }: Tx, imageIds: readonly string[]): Steps<void> {
  if (!dialect.locksRows) return;
  for (const ids of inParts(imageIds.toSorted())) {
    yield queries
      .selectFrom("images")
      .select("id")
      .where("id", "in", ids)
      .orderBy("id")
      .forUpdate()
      .compile();
    if (!dialect.meetsByWrites) continue;
    for (let toggles = 0; toggles < 2; toggles += 1)
      yield toggleImages(queries).where("id", "in", ids).compile();
  }
}

/** Finds the rows of the tags to be removed, and keeps others from changing them: Glance asks for no image's lock. */
function* lockTagRows({ queries, sql: { dialect } }: Tx, change: ManyTagsChange): Steps<readonly TagRow[]> {
  const rows: TagRow[] = [];
  if (change.remove.size === 0) return rows;
  for (const ids of inParts(change.imageIds)) {
    const found = yield* rowsOfQuery(
      queries
        .selectFrom("image_tags")
        .select(["id", "image_id"])
        .where("image_id", "in", ids)
        .where(isOneOf(dialect, "image_tags.value", [...change.remove]))
        .where("image_tags.deleted", "=", raw.lit(false))
        .orderBy("id")
        .$if(dialect.locksRows, (locking) => locking.forUpdate())
        .compile(),
    );
    rows.push(...found);
  }
  return rows;
}

function* insertTags({ queries, now }: Tx, made: readonly PlannedExchange[]): Steps<void> {
  const added = made.flatMap(({ image, add }) =>
    add.map((value) => ({
      image_id: image.id,
      value,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      deleted: raw.lit(false),
    })),
  );
  for (const rows of inParts(added)) yield queries.insertInto("image_tags").values(rows).compile();
}
