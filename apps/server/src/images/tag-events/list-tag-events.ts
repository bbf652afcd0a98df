import { UUID } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import { keyFor, needsWholeImage, ruleRefusal } from "../access/permit.ts";
import type { ImageRecords } from "../image-service.ts";
import { imageNotFound } from "../model/image-error.ts";
import type { TagAction, TagEvent, TagEventSource, TagEventWalk } from "../model/tag-event.ts";
import { maySeeEvent, refuseTagEvents } from "./tag-event-access.ts";

/** How many events a page has when nothing is said, and at most: as many as there may be images. */
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1_000;

/** How many events are gone through at once, and for one page at most: a page ends where they are no more. */
const STEP = 1_000;
const MOST_LOOKED_AT = 10_000;

/** Which events a caller asks for. Times are microseconds since 1970. */
export interface TagEventQuery extends Pick<TagEventWalk, "imageId" | "tag" | "since" | "until"> {
  readonly action?: TagAction | undefined;
  readonly userId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly limit?: number | undefined;
  /** The id of the last event of the page before; `undefined`: the first page. */
  readonly marker?: string | undefined;
}

/** A page of events, newest first. */
export interface TagEventPage {
  readonly source: TagEventSource;
  readonly events: readonly TagEvent[];
  /** The marker of the next page, when there may be one. */
  readonly nextMarker: string | undefined;
}

/** Lists what became of the tags of the images that the caller may see. */
export async function listTagEvents(
  service: ImageRecords,
  caller: Caller,
  query: TagEventQuery,
): Promise<TagEventPage> {
  if (service.policy.refusesAny("get_tag_events", caller)) throw ruleRefusal("get_tag_events");
  const { imageId } = query;
  if (imageId === undefined) return await findPage(service, caller, query);
  return await findPage(service, caller, { ...query, imageId: (await findId(service, caller, imageId)).id });
}

/** Lists what became of the tags of one image; throws where the caller may see none of it. */
export async function listTagEventsOfImage(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  query: Omit<TagEventQuery, "imageId">,
): Promise<TagEventPage> {
  const { id, isLive } = await findId(service, caller, imageId);
  const page = await findPage(service, caller, { ...query, imageId: id });
  if (isLive || page.events.length > 0) return page;
  // Of a deleted image, whoever may see one of its events may see them all.
  const any = await findPage(service, caller, { imageId: id, limit: 1 });
  if (any.events.length === 0) throw imageNotFound(imageId);
  return page;
}

/** An image's id as it is stored; throws where it is there and the caller may not see what became of its tags. */
async function findId(
  { store, policy }: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<{ readonly id: string; readonly isLive: boolean }> {
  const found = await store.findImage(keyFor(caller, imageId));
  if (found === undefined) {
    const deleted = await store.findDeleted(imageId);
    return { id: deleted ?? (UUID.test(imageId) ? imageId.toLowerCase() : imageId), isLive: false };
  }
  const refused = refuseTagEvents(policy, caller, { ...found.access, record: found.image });
  if (refused !== undefined) throw refused;
  return { id: found.access.id, isLive: true };
}

/** Goes through the events until the page is full, as far as one page may look. */
async function findPage(
  { store, policy }: ImageRecords,
  caller: Caller,
  query: TagEventQuery,
): Promise<TagEventPage> {
  const limit = Math.min(query.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const walk = {
    imageId: query.imageId,
    tag: query.tag,
    since: query.since,
    until: query.until,
    projectId: caller.projectId,
    withRecords: needsWholeImage(policy, ["get_tag_events"]),
  };
  const events: TagEvent[] = [];
  let after = query.marker;
  // Most are what the caller asks for and may see.
  let step = Math.max(1, limit);
  for (let lookedAt = 0; ; lookedAt += step, step = STEP) {
    const part = await store.walkTagEvents({ ...walk, after, limit: step });
    if (limit === 0) return { source: part.source, events, nextMarker: undefined };
    for (const walked of part.events) {
      after = walked.event.id;
      if (!isMeant(query, walked.event) || !maySeeEvent(policy, caller, walked)) continue;
      events.push(walked.event);
      if (events.length === limit) return { source: part.source, events, nextMarker: after };
    }
    if (part.events.length < step) return { source: part.source, events, nextMarker: undefined };
    if (lookedAt + step >= MOST_LOOKED_AT) return { source: part.source, events, nextMarker: after };
  }
}

function isMeant({ action, userId, requestId }: TagEventQuery, event: TagEvent): boolean {
  return (
    (action === undefined || event.action === action) &&
    (userId === undefined || event.userId === userId) &&
    (requestId === undefined || event.requestId === requestId)
  );
}
