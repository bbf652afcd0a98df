import { sql as raw, type Expression, type SqlBool } from "kysely";
import type { ImageAccess } from "../../../images/model/image-record.ts";
import type { TagEvent, TagEventWalk, WalkedTagEvents } from "../../../images/model/tag-event.ts";
import { storableOrNull } from "../dialect.ts";
import { withTagsAndProperties } from "../read-images.ts";
import { toVisibility } from "../read-image.ts";
import { REQUIRED_COLUMNS } from "../schema.ts";
import { rowsOfQuery, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { readActor } from "./actor-columns.ts";
import { eventIdText, eventTime, firstEventIdAt } from "./event-id.ts";
import type { EventRow } from "./event-statements.ts";
import { walkGlanceHistory } from "./glance-history.ts";

/** How many ids a statement names at most: databases bound the number of its values. */
const TOGETHER = 500;

/** See {@link ImageStore.walkTagEvents}. */
export function* walkTagEvents(tx: Tx, walk: TagEventWalk): Steps<WalkedTagEvents> {
  const events = tx.recordsEvents ? yield* walkRecorded(tx, walk) : yield* walkGlanceHistory(tx, walk);
  const images = yield* findImages(tx, new Set(events.map(({ imageId }) => imageId)), walk);
  return {
    source: tx.recordsEvents ? "events" : "glance",
    events: events.map((event) => ({ event, image: images.get(event.imageId) })),
  };
}

/** Along the index of one image, of one tag, or of all ids. */
function* walkRecorded({ queries, sql: { dialect } }: Tx, walk: TagEventWalk): Steps<readonly TagEvent[]> {
  const { imageId, tag, since, until, after, limit } = walk;
  if (tag !== undefined && !dialect.canStore("imagetags_events.tag", tag)) return [];
  if (imageId !== undefined && !dialect.canStore("imagetags_events.image_id", imageId)) return [];
  const id = (text: string) => dialect.toEventId(text);
  let query = queries.selectFrom("imagetags_events").selectAll().orderBy("id", "desc").limit(limit);
  if (walk.id !== undefined) query = query.where("id", "=", id(walk.id));
  if (since !== undefined) query = query.where("id", ">=", id(firstEventIdAt(since)));
  if (until !== undefined) query = query.where("id", "<", id(firstEventIdAt(until)));
  if (after !== undefined) query = query.where("id", "<", id(after));
  if (imageId !== undefined) query = query.where(dialect.isOneOf("imagetags_events.image_id", [imageId]));
  if (tag !== undefined) {
    const ofTag = dialect.isOneOf("imagetags_events.tag", [tag]);
    // Of one image's few the tag is no way in: the index of it may be long.
    query = query.where(imageId === undefined ? ofTag : decidedByRow(ofTag));
  }
  return (yield* rowsOfQuery(query.compile())).map((row) =>
    toTagEvent({ ...row, added: Boolean(row.added) }),
  );
}

/** The same condition, which no index answers. */
function decidedByRow(condition: Expression<SqlBool>): Expression<SqlBool> {
  return raw<SqlBool>`case when ${condition} then 1 else 0 end = 1`;
}

/** A row as an event. */
export function toTagEvent(row: EventRow): TagEvent {
  const id = eventIdText(row.id);
  return {
    id,
    microseconds: eventTime(id),
    action: row.added ? "added" : "removed",
    imageId: row.image_id,
    tag: row.tag,
    owner: row.owner,
    ...readActor(row),
  };
}

/** What decides about access to those images that are not deleted, by their ids. */
function* findImages(
  { queries, sql: { dialect } }: Tx,
  ids: ReadonlySet<string>,
  { projectId, withRecords }: TagEventWalk,
): Steps<ReadonlyMap<string, ImageAccess>> {
  const found = new Map<string, ImageAccess>();
  const member = storableOrNull(dialect, "image_members.member", projectId);
  const all = [...ids];
  for (let start = 0; start < all.length; start += TOGETHER) {
    const some = all.slice(start, start + TOGETHER);
    const rows = yield* rowsOfQuery(
      queries
        .selectFrom("images")
        .select(REQUIRED_COLUMNS.images)
        .where("id", "in", some)
        // An index on `deleted` would lead to all images there are.
        .where((row) => row.not("deleted"))
        .compile(),
    );
    const members =
      member === null
        ? []
        : yield* rowsOfQuery(
            queries
              .selectFrom("image_members")
              .select("image_id")
              .where("image_id", "in", some)
              .where(dialect.isOneOf("image_members.member", [member]))
              .where((row) => row.not("deleted"))
              .compile(),
          );
    const shared = new Set(members.map((row) => row.image_id));
    const records = new Map(
      (withRecords ? yield* withTagsAndProperties(queries, rows) : []).map((record) => [record.id, record]),
    );
    for (const row of rows) {
      const record = records.get(row.id);
      found.set(row.id, {
        id: row.id,
        owner: row.owner,
        visibility: toVisibility(row.visibility),
        protected: Boolean(row.protected),
        isMember: shared.has(row.id),
        ...(record === undefined ? {} : { record }),
      });
    }
  }
  return found;
}
