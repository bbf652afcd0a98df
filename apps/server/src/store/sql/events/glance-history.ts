import { sql as raw } from "kysely";
import type { TagEvent, TagEventWalk } from "../../../images/model/tag-event.ts";
import { fromSqlTime } from "../sql-time.ts";
import { rowsOf, type Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";

/** A change that a row of a tag tells of: when it was written, or when it was marked as deleted. */
interface Trace {
  readonly row: number;
  readonly image_id: string;
  readonly tag: string;
  readonly at: string;
  readonly added: number;
  readonly owner: string | null;
}

/** Where a walk through traces is: after the trace of a row, which was made at a time. */
interface Place {
  readonly microseconds: number;
  readonly added: number;
  readonly row: number;
}

const ID = /^([0-9a-f]{8})-([0-9a-f]{4})-8([0-9a-f]{3})-800([01])-([0-9a-f]{12})$/;

/**
 * What Glance's rows tell of tags where events are not recorded: when each came and went, and not by whom. There is no
 * index of those times, so that without an image or a tag every row is looked at.
 */
export function* walkGlanceHistory(
  { queries, sql: { dialect } }: Tx,
  walk: TagEventWalk,
): Steps<readonly TagEvent[]> {
  const { imageId, tag, since, until, after, limit } = walk;
  if (tag !== undefined && !dialect.canStore("image_tags.value", tag)) return [];
  const place = after === undefined ? undefined : readPlace(after);
  if (after !== undefined && place === undefined) return [];
  const ofImage = imageId === undefined ? raw`` : raw`and image_tags.image_id = ${imageId}`;
  const ofTag = tag === undefined ? raw`` : raw`and ${dialect.isOneOf("image_tags.value", [tag])}`;
  const traces = (added: number) => {
    const at = raw.ref(added === 1 ? "image_tags.created_at" : "image_tags.deleted_at");
    const time = (microseconds: number) => dialect.toTime(microseconds);
    const bounds = [
      since === undefined ? raw`` : raw`and ${at} >= ${time(since)}`,
      until === undefined ? raw`` : raw`and ${at} < ${time(until)}`,
      place === undefined
        ? raw``
        : raw`and (${at} < ${time(place.microseconds)} or (${at} = ${time(place.microseconds)} and
            (image_tags.id < ${place.row} or (image_tags.id = ${place.row} and ${raw.lit(added)} > ${raw.lit(place.added)}))))`,
    ];
    // Glance leaves both times of a live row, and of one that was revived.
    const isThere = added === 1 ? raw`` : raw`and image_tags.deleted = ${raw.lit(true)}`;
    return raw`select image_tags.id as ${raw.ref("row")}, image_tags.image_id, image_tags.value as tag, ${at} as at,
        ${raw.lit(added)} as added, images.owner
      from image_tags join images on images.id = image_tags.image_id
      where ${at} is not null ${isThere} ${ofImage} ${ofTag} ${raw.join(bounds, raw` `)}`;
  };
  const reply = yield raw`select * from (${traces(1)} union all ${traces(0)}) traces
    order by at desc, ${raw.ref("row")} desc, added limit ${raw.lit(limit)}`.compile(queries);
  return rowsOf<Trace>(reply).map(toTagEvent);
}

function toTagEvent({ row, image_id: imageId, tag, at, added, owner }: Trace): TagEvent {
  // What follows the milliseconds; a database of whole seconds has none.
  const within = Number(at.slice(23, 26).padEnd(3, "0"));
  const microseconds = fromSqlTime(at).getTime() * 1_000 + within;
  return {
    id: writePlace({ microseconds, added, row }),
    microseconds,
    action: added === 1 ? "added" : "removed",
    imageId,
    tag,
    owner,
    userId: null,
    projectId: null,
    roles: [],
    requestId: null,
    applicationCredentialId: null,
    trustId: null,
  };
}

/** A UUIDv8 of the time, of what was done and of the row, in the order of a walk but for ties. */
function writePlace({ microseconds, added, row }: Place): string {
  const within = microseconds % 1_000;
  const milliseconds = hex((microseconds - within) / 1_000, 12);
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-8${hex(within, 3)}-800${added}-${hex(row, 12)}`;
}

function readPlace(id: string): Place | undefined {
  const match = ID.exec(id);
  if (match === null) return undefined;
  const [, high = "", low = "", within = "", added = "", row = ""] = match;
  return {
    microseconds: Number.parseInt(high + low, 16) * 1_000 + Number.parseInt(within, 16),
    added: Number(added),
    row: Number.parseInt(row, 16),
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
