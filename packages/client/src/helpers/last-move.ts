import type { TagEvent } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { NoTagHistoryError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { tagEvents } from "./tag-events.ts";

/** The events of one move are of the same moment, but for clocks that differ. */
const APART_MS = 60_000;

/**
 * A move of a tag, as the history tells it. Images are told by their ids.
 *
 * @example
 * const show = ({ to, from, time }: PastMove) => console.log(`${time}: ${from.join(", ")} -> ${to}`);
 */
export interface PastMove {
  readonly to: string;
  readonly from: readonly string[];
  /** When, to the microsecond, in UTC: the first of its events. */
  readonly time: string;
  readonly userId: string | null;
}

/**
 * What {@link lastMove} takes.
 *
 * @example
 * const options: LastMoveOptions = { to: image_id };
 */
export interface LastMoveOptions extends HelperOptions {
  /** Only a move to this image, by its id. */
  readonly to?: string | undefined;
}

/**
 * The last move of a tag, of those that the caller may see, by what became of the tag: one request added it to one image and
 * took it from others. To undo it, move the tag back; `undo` does so event by event.
 *
 * @throws {NoTagHistoryError} when the server keeps no history of who changed what
 * @throws {RefusedError} when the server refuses the list
 *
 * @example
 * const last = await lastMove(client, "amphora");
 * if (last?.from.length === 1) await moveTag(client, "amphora", { to: last.from[0] ?? "", from: last.to });
 */
export async function lastMove(
  client: Client,
  tag: string,
  { to, signal }: LastMoveOptions = {},
): Promise<PastMove | undefined> {
  const onSource = (source: string) => {
    if (source === "glance") throw new NoTagHistoryError();
  };
  const requests = new Map<string, TagEvent[]>();
  let found: TagEvent[] | undefined;
  for await (const event of tagEvents(client, { tag }, { signal, onSource })) {
    if (found !== undefined && isLongBefore(event, found)) break;
    if (event.request_id === null) continue;
    const ofRequest = requests.get(event.request_id) ?? [];
    // A caller may name requests alike.
    if (ofRequest.length > 0 && isLongBefore(event, ofRequest)) continue;
    ofRequest.push(event);
    requests.set(event.request_id, ofRequest);
    const move = toMove(ofRequest);
    if (move !== undefined && (to === undefined || move.to === to)) found ??= ofRequest;
  }
  return found === undefined ? undefined : toMove(found);
}

function isLongBefore({ time }: TagEvent, events: readonly TagEvent[]): boolean {
  const [first] = events;
  return first !== undefined && Date.parse(first.time) - Date.parse(time) > APART_MS;
}

/** The move that wrote these events of one request; `undefined` where none did. */
function toMove(events: readonly TagEvent[]): PastMove | undefined {
  const [added, ...others] = events.filter(({ action }) => action === "added");
  const removed = events.filter(({ action }) => action === "removed");
  if (added === undefined || others.length > 0 || removed.length === 0) return undefined;
  const from = removed.map((event) => event.image_id);
  if (from.includes(added.image_id)) return undefined;
  const [time = added.time] = events.map((event) => event.time).toSorted();
  return { to: added.image_id, from, time, userId: added.user_id };
}
