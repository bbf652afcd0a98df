import { sql as raw } from "kysely";
import { actorColumns } from "../sql/events/actor-columns.ts";
import { eventIdAt } from "../sql/events/event-id.ts";
import { clockTime } from "../sql/moments.ts";
import { markTagsDeleted, touchImages } from "../sql/mark-rows.ts";
import { ofOneVersion, type BatchRemoval } from "../sql/removal/preauthorized-removal.ts";
import type { SqlDatabase } from "../sql/sql-database.ts";
import { Statement } from "../sql/statement.ts";
import { plainDialect } from "../sql/dialect.ts";
import { postgresQueries, RULES_VERSION } from "./dialect.ts";

type Texts = readonly (string | null)[];

interface Args {
  readonly imageIds: readonly string[];
  readonly tags: readonly string[];
  readonly owners: Texts;
  /** That of the rules about tags that allow them. */
  readonly rulesVersion: string | null;
  /** The time of the first of them, and of the last. */
  readonly first: string;
  readonly now: string;
}

/** Which tables there are, and where events are to be sent. */
type Recording = Pick<SqlDatabase, "recordsEvents" | "destinations" | "holdsRules" | "isGlances">;

/** With what the events say besides. */
interface RecordedArgs extends Args {
  readonly destinations: readonly string[];
  readonly ids: readonly string[];
  readonly users: Texts;
  readonly projects: Texts;
  readonly roles: Texts;
  readonly requests: Texts;
  readonly applicationCredentials: Texts;
  readonly trusts: Texts;
}

/**
 * The images that can be locked are locked first, in one order. Each part is joined to the one before it, and
 * so runs after that. A subquery on what another part changed would not do: it fails where a row was changed
 * meanwhile and is looked at again. The first names this server to the guard, for this statement alone.
 *
 * An event must be later than those of its image before it, of which the statement may not see the latest: the image's
 * `updated_at`, as the lock found it, is never earlier than the millisecond of that. Where it is as late as the removal, the
 * removal is left for a transaction.
 */
function removalOf({ recordsEvents, destinations, holdsRules, isGlances }: Recording) {
  return new Statement<RecordedArgs, { readonly place: number }>(postgresQueries, (db, slot) => {
    const isLater = recordsEvents
      ? raw`and (image.updated_at is null or image.updated_at < ${slot.first}::timestamp)`
      : raw``;
    // Glance may have moved `updated_at` back, so that the events themselves are asked too.
    const isLast =
      recordsEvents && isGlances
        ? raw`and not exists (
            select 1 from imagetags_events where image_id = image.id and imagetags_events.id >= asked.id)`
        : raw``;
    const meant = raw<{ image_id: string; tag: string; place: number; owner: string | null }>`(
      select image.id as image_id, asked.tag, asked.place, image.owner
      from image join asked on asked.image_id = image.id and (asked.owner is null or asked.owner = image.owner) ${isLater} ${isLast})`;
    const removed = markTagsDeleted(db, slot.now)
      .from(meant.as("meant"))
      .whereRef("image_tags.image_id", "=", "meant.image_id")
      .whereRef("image_tags.value", "=", "meant.tag")
      .returning(["meant.place", "meant.owner", "image_tags.image_id"]);
    const touched = touchImages(db, slot.now)
      .from(raw<{ image_id: string }>`(select distinct image_id from removed)`.as("changed"))
      .whereRef("images.id", "=", "changed.image_id");
    const texts = (...lists: Texts[]) => raw.join(lists.map((list) => raw`${list}::text[]`));
    const told = raw`, ${slot.ids}::uuid[], ${texts(
      slot.users,
      slot.projects,
      slot.roles,
      slot.requests,
      slot.applicationCredentials,
      slot.trusts,
    )}`;
    const actor = raw`user_id, project_id, roles, request_id, application_credential_id, trust_id`;
    // A tag that Glance wrote into several rows is removed once.
    const recorded = raw`, recorded as (
      insert into imagetags_events (id, image_id, tag, added, owner, ${actor})
      select asked.id, gone.image_id, asked.tag, false, gone.owner, ${actor}
      from (select distinct place, image_id, owner from removed) gone join asked on asked.place = gone.place returning id)`;
    const left = raw`, left_to_send as (
      insert into imagetags_outbox (destination, event_id)
      select destination, recorded.id from recorded cross join unnest(${slot.destinations}::text[]) destination)`;
    const isAllowed = holdsRules ? raw`and ${RULES_VERSION} = ${slot.rulesVersion}` : raw``;
    const statement = raw<{ place: number }>`
      with asked as (
        select * from unnest(${texts(slot.imageIds, slot.tags, slot.owners)} ${recordsEvents ? told : raw``})
          with ordinality as asked (image_id, tag, owner, ${recordsEvents ? raw`id, ${actor},` : raw``} place)
      ), image as (
        select id, owner, updated_at from images where id = any (${slot.imageIds}::text[]) and not deleted
          and set_config('imagetags.server', 'on', true) = 'on' ${isAllowed}
        order by id for update skip locked
      ), removed as (${removed}), touched as (${touched}) ${recordsEvents ? recorded : raw``}
        ${recordsEvents && destinations.length > 0 ? left : raw``}
      select place from removed`;
    return { compile: () => statement.compile(db) };
  });
}

/** Removes any number in one statement, and so in one round trip. */
export function batchRemoval(recording: Recording): BatchRemoval {
  const removeTags = removalOf(recording);
  return {
    inTransaction: () => false,
    *steps(all, moment) {
      const removals = ofOneVersion(all);
      const actors = removals.map(({ actor }) => actorColumns(actor));
      const rows = yield* removeTags.rows({
        imageIds: removals.map(({ imageId }) => imageId),
        tags: removals.map(({ tag }) => tag),
        owners: removals.map(({ owner }) => owner),
        rulesVersion: removals[0]?.rulesVersion ?? null,
        first: plainDialect.toTime(clockTime(moment)),
        now: plainDialect.toTime(clockTime(moment + removals.length - 1)),
        destinations: recording.destinations,
        ids: removals.map((_, index) => eventIdAt(moment + index)),
        users: actors.map((actor) => actor.user_id),
        projects: actors.map((actor) => actor.project_id),
        roles: actors.map((actor) => actor.roles),
        requests: actors.map((actor) => actor.request_id),
        applicationCredentials: actors.map((actor) => actor.application_credential_id),
        trusts: actors.map((actor) => actor.trust_id),
      });
      // Places in the statement count from one.
      const places = new Set(rows.map(({ place }) => place - 1));
      return new Set(removals.filter((_, index) => places.has(index)));
    },
  };
}
