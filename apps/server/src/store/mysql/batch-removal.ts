import { sql as raw } from "kysely";
import type { Dialect } from "../sql/dialect.ts";
import { actorColumns, type ActorColumns } from "../sql/events/actor-columns.ts";
import { eventIdAt, type StoredEventId } from "../sql/events/event-id.ts";
import { startAfter, writeEvents } from "../sql/events/record-events.ts";
import { clockTime } from "../sql/moments.ts";
import { markTagsDeleted, toggleImages, touchImages } from "../sql/mark-rows.ts";
import {
  ofOneVersion,
  type BatchRemoval,
  type PreauthorizedRemoval,
} from "../sql/removal/preauthorized-removal.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { rowsOf, Statement, type Steps } from "../sql/statement.ts";
import { mysqlQueries as queries } from "./dialect.ts";

interface Found {
  readonly id: number;
  readonly image_id: string;
  readonly value: string;
  readonly owner: string | null;
  readonly updated_at: string | null;
}

/** What an event of a removal is made of besides what the image tells. */
interface EventArgs extends ActorColumns {
  readonly id: StoredEventId;
  readonly imageId: string;
  readonly tag: string;
}

type Outcome = Steps<ReadonlySet<PreauthorizedRemoval>>;

/**
 * One removal is one statement, or two in one round trip with its event. An image that was changed in the same moment, as far as
 * its `updated_at` tells, is left for a transaction: the event must be later than the image's last. Several are found and locked, and then marked. `tagIndex` names the index of
 * the tags' images and values, or the server would look into every other index for each tag.
 */
export function batchRemoval(
  dialect: Dialect,
  tagIndex: string | undefined,
  {
    recordsEvents,
    destinations,
    holdsRules,
    isGlances,
  }: Pick<SqlDatabase, "recordsEvents" | "destinations" | "holdsRules" | "isGlances">,
): BatchRemoval {
  const hint = tagIndex === undefined ? raw`` : raw`force index (${raw.ref(tagIndex)})`;

  /** Whether the last events are looked up in any case. */
  const looksBack = recordsEvents && isGlances;

  /** Whether the rules about tags are still those that allow a removal. */
  const isAllowed = (version: string | undefined) =>
    holdsRules ? raw`and ${dialect.rulesVersion} = ${version ?? null}` : raw``;

  function* removeSeveral(all: readonly PreauthorizedRemoval[], moment: number): Outcome {
    const removals = ofOneVersion(all);
    const now = dialect.toTime(clockTime(moment + removals.length - 1));
    const asked = raw.join(removals.map(({ imageId, tag }) => raw`(${imageId}, ${tag})`));
    const reply = yield raw`
      select image_tags.id, image_tags.image_id, image_tags.value, images.owner, images.updated_at
      from image_tags ${hint} straight_join images on images.id = image_tags.image_id
      where (image_tags.image_id, image_tags.value) in (${asked})
        and image_tags.deleted = 0 and images.deleted = 0 ${isAllowed(removals[0]?.rulesVersion)} for update skip locked`.compile(
      queries,
    );
    const byTag = new Map(removals.map((removal) => [keyOf(removal.imageId, removal.tag), removal]));
    const done = new Map<PreauthorizedRemoval, Found>();
    const rows = rowsOf<Found>(reply).filter((row) => {
      // The collation may have found another tag too.
      const removal = byTag.get(keyOf(row.image_id, row.value));
      if (removal === undefined || (removal.owner ?? row.owner) !== row.owner) return false;
      return done.set(removal, row);
    });
    if (rows.length === 0) return new Set();
    const tagIds = rows.map(({ id }) => id);
    const imageIds = [...new Set(rows.map((row) => row.image_id))];
    yield markTagsDeleted(queries, now).where("id", "in", tagIds).compile();
    yield touchImages(queries, now).where("id", "in", imageIds).compile();
    if (recordsEvents) yield* recordRemovals(done, moment);
    if (!dialect.meetsByWrites) return new Set(done.keys());
    for (let toggles = 0; toggles < 2; toggles += 1) {
      yield toggleImages(queries).where("id", "in", imageIds).compile();
    }
    return new Set(done.keys());
  }

  /**
   * Writes their events, each later than those of its image before it. `updated_at` of an image is never earlier than
   * the last one, as far as the column tells times apart, unless Glance moved it. Only where it is not earlier than these
   * they are looked up.
   */
  function* recordRemovals(done: ReadonlyMap<PreauthorizedRemoval, Found>, moment: number): Steps<void> {
    const first = dialect.toTime(clockTime(moment));
    const late = new Set(
      [...done.values()]
        .filter((row) => isGlances || (row.updated_at ?? "") >= first)
        .map((row) => row.image_id),
    );
    const last = late.size === 0 ? new Map<string, StoredEventId>() : yield* lastEvents(late);
    const rows = [...done].map(([{ tag, actor }, { image_id, owner }], index) => {
      const id = dialect.toEventId(eventIdAt(startAfter(moment + index, last.get(image_id))));
      last.set(image_id, id);
      return { id, image_id, tag, added: false, owner, ...actorColumns(actor) };
    });
    yield* writeEvents({ queries, destinations }, rows);
    for (const imageId of late) {
      const at = startAfter(moment, last.get(imageId));
      yield touchImages(queries, dialect.toTime(clockTime(at)))
        .where("id", "=", imageId)
        .compile();
    }
  }

  function* lastEvents(imageIds: ReadonlySet<string>): Steps<Map<string, StoredEventId>> {
    const reply = yield raw`select image_id, max(id) as id from imagetags_events
      where image_id in (${raw.join([...imageIds])}) group by image_id`.compile(queries);
    return new Map(
      rowsOf<{ image_id: string; id: StoredEventId }>(reply).map((row) => [row.image_id, row.id]),
    );
  }

  const isLater = (now: string) =>
    recordsEvents ? raw`and (images.updated_at is null or images.updated_at < ${now})` : raw``;

  // Tag and image are written in one statement, for one round trip.
  const removeOne = new Statement(queries, (db, slot: PreauthorizedRemoval & { readonly now: string }) => {
    const statement = raw`
      update images join image_tags on image_tags.image_id = images.id
      set image_tags.deleted = 1, image_tags.deleted_at = ${slot.now}, image_tags.updated_at = ${slot.now},
        images.updated_at = if(images.updated_at >= ${slot.now}, images.updated_at, ${slot.now})
      where images.id = ${slot.imageId} and images.deleted = 0 ${isLater(slot.now)} ${isAllowed(slot.rulesVersion)}
        and (${slot.owner} is null or ${dialect.isOneOf("images.owner", [slot.owner])})
        and ${dialect.isOneOf("image_tags.value", [slot.tag])} and image_tags.deleted = 0`;
    return { compile: () => statement.compile(db) };
  });

  // Only where the statement before it has removed a tag.
  const recordOne = new Statement(queries, (db, slot: EventArgs) => {
    const statement = raw`
      insert into imagetags_events (id, image_id, tag, added, owner, user_id, project_id, roles, request_id,
        application_credential_id, trust_id)
      select ${slot.id}, id, ${slot.tag}, 0, owner, ${slot.user_id}, ${slot.project_id}, ${slot.roles},
        ${slot.request_id}, ${slot.application_credential_id}, ${slot.trust_id}
      from images where id = ${slot.imageId} and row_count() > 0`;
    return { compile: () => statement.compile(db) };
  });

  // Only where the statement before it has written the event.
  const leaveOne = new Statement(queries, (db, slot: { readonly id: StoredEventId }) => {
    const each = destinations.map((destination) => raw`select ${destination} as destination`);
    const statement = raw`
      insert into imagetags_outbox (destination, event_id)
      select destination, ${slot.id} from (${raw.join(each, raw` union all `)}) destinations where row_count() > 0`;
    return { compile: () => statement.compile(db) };
  });

  return {
    inTransaction: (count) => count > 1 || looksBack || dialect.meetsByWrites,
    *steps(removals, moment) {
      const [only, ...others] = removals;
      if (only === undefined || others.length > 0 || looksBack || dialect.meetsByWrites) {
        return yield* removeSeveral(removals, moment);
      }
      const call = removeOne.call({ ...only, now: dialect.toTime(clockTime(moment)) });
      const event = { ...only, id: dialect.toEventId(eventIdAt(moment)), ...actorColumns(only.actor) };
      const left = destinations.length > 0 ? { followedBy: leaveOne.call(event) } : {};
      const recorded = { followedBy: { ...recordOne.call(event), ...left } };
      const { affected } = yield recordsEvents ? { ...call, ...recorded } : call;
      return new Set(affected > 0 ? [only] : []);
    },
  };
}

/** A UUID is the same in any case. */
function keyOf(imageId: string, tag: string): string {
  return `${imageId.toLowerCase()} ${tag}`;
}
