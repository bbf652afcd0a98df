import type { TagAction, TagEvent, TagEventList } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { EndlessListError, NoTagHistoryError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { isListNotServed } from "./not-served.ts";
import { toRefusedError } from "./refusal.ts";

/** How many events a request asks for: the most that a page has. */
const PAGE = 1000;

/** The most pages without an event that may follow one another: what was looked at for each was not the caller's to see. */
const MOST_EMPTY = 10_000;

/** How long the changes take at most that are made under one id of a request. */
const REQUEST_LASTS_MS = 24 * 3600_000;

/**
 * Which events. Times are ISO 8601: `since` is not before, `until` is before. `image`, `user` and `request` are ids. What was
 * done in a request is looked for from the newest on, and ends a day before what was found of it.
 *
 * @example
 * const filter: TagEventFilter = { tag: "production", since: "2026-11-28T10:00:00Z" };
 */
export interface TagEventFilter {
  readonly image?: string | undefined;
  readonly tag?: string | undefined;
  readonly action?: TagAction | undefined;
  readonly user?: string | undefined;
  readonly request?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/**
 * What {@link tagEvents} takes besides the filter.
 *
 * @example
 * const options: TagEventOptions = { onSource: (source) => console.error(source === "glance" ? "without names" : "") };
 */
export interface TagEventOptions extends HelperOptions {
  /** Told with the first page where the events are known from: `glance` tells when tags came and went, not by whom. */
  readonly onSource?: (source: TagEventList["source"]) => void;
}

/**
 * What became of tags, newest first, as far as the caller may see it.
 *
 * @throws {NoTagHistoryError} when the server keeps no history, as a plain Glance
 * @throws {RefusedError} when the server refuses the list
 *
 * @example
 * for await (const { time, action, tag, user_id } of tagEvents(client, { image: image_id })) {
 *   console.log(time, action, tag, user_id ?? "");
 * }
 */
export async function* tagEvents(
  client: Client,
  { image, user, request, ...filter }: TagEventFilter = {},
  { signal, onSource }: TagEventOptions = {},
): AsyncGenerator<TagEvent, void, undefined> {
  const asked = { ...filter, image_id: image, user_id: user, request_id: request, limit: PAGE };
  let marker: string | undefined;
  let empty = 0;
  let oldest = -Infinity;
  do {
    const reply = await client.tagEvents.list({
      query: { ...asked, marker },
      fetchOptions: { signal: signal ?? null },
    });
    if (reply.status !== 200) {
      const refused = toRefusedError(reply);
      throw isListNotServed(refused) ? new NoTagHistoryError() : refused;
    }
    const { tag_events: events, next, source } = reply.body;
    if (marker === undefined) onSource?.(source);
    yield* events;
    oldest = Date.parse(events.at(-1)?.time ?? "") || oldest;
    empty = events.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) throw new EndlessListError(empty);
    const onward = next === undefined ? undefined : markerIn(next);
    marker = onward === marker ? undefined : onward;
    if (request !== undefined && timeOf(marker) < oldest - REQUEST_LASTS_MS) return;
  } while (marker !== undefined);
}

function markerIn(next: string): string | undefined {
  return new URLSearchParams(next.slice(next.indexOf("?") + 1)).get("marker") ?? undefined;
}

/** When the event was made that has this UUIDv7, in milliseconds; no time for other ids. Source: RFC 9562, section 5.7. */
function timeOf(id: string | undefined): number {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id ?? "") ?? [];
  return high === undefined || low === undefined ? NaN : parseInt(high + low, 16);
}
