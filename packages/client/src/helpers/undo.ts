import type { TagEvent } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { NoTagHistoryError } from "../errors/refusal-errors.ts";
import { changeTags, checkConcurrency, type ChangeTagsOptions } from "./change-tags.ts";
import type { HelperOptions } from "./helper-options.ts";
import { toRefusedError } from "./refusal.ts";
import { tagEvents, type TagEventFilter } from "./tag-events.ts";

/**
 * What became of the undoing of one change. `changedSince`: the tag was changed on the image after it, or it was undone
 * already, and nothing is done. A failure is one change's own: the others go on.
 *
 * @example
 * const show = ({ event, ...result }: TagUndo) =>
 *   console.log(event.image_id, event.tag, result.outcome === "failed" ? result.error.message : result.outcome);
 */
export type TagUndo = { readonly event: TagEvent } & (
  | { readonly outcome: "undone" | "changedSince" | "wouldUndo" }
  | { readonly outcome: "failed"; readonly error: Error }
);

/**
 * What {@link undo} takes besides the filter.
 *
 * @example
 * const options: UndoOptions = { dryRun: true, signal: AbortSignal.timeout(60_000) };
 */
export interface UndoOptions extends ChangeTagsOptions {
  /** Only tell what would be undone: each change is `wouldUndo`. */
  readonly dryRun?: boolean;
}

/**
 * Brings tags back to what they were before the changes that fit the filter, and gives what became of each. All of them
 * are found before the first is undone. Of several changes of one tag of an image the newest is undone, unless they
 * took each other back already. When the signal is aborted, nothing more is begun, and what is under way is finished and
 * given; then it throws the signal's reason. Running it again with the same times undoes nothing twice, when the filter
 * has an `until`.
 *
 * @throws {NoTagHistoryError} when the server keeps no history, as a plain Glance
 * @throws {RefusedError} when the server refuses the list
 *
 * @example
 * const since = new Date(Date.now() - 2 * 3600_000).toISOString();
 * for await (const { event, outcome } of undo(client, { since, tag: "production" }, { dryRun: true })) {
 *   console.log(event.image_id, event.action, outcome);
 * }
 */
export async function* undo(
  client: Client,
  filter: TagEventFilter,
  { dryRun = false, concurrency = 8, signal }: UndoOptions = {},
): AsyncGenerator<TagUndo, void, undefined> {
  checkConcurrency(concurrency);
  const events = await changesToUndo(client, filter, { signal });
  if (dryRun) {
    for (const event of events) yield { event, outcome: "wouldUndo" };
    return;
  }
  const changes = events.map((event) => ({ imageId: event.image_id, tag: event.tag, event }));
  const make = ({ event }: { readonly event: TagEvent }) => undoEvent(client, event.id);
  for await (const { change, ...result } of changeTags(changes, make, { concurrency, signal })) {
    const { event } = change;
    if (result.outcome === "failed") yield { event, outcome: "failed", error: result.error };
    else yield { event, outcome: result.outcome };
  }
}

/**
 * The events by whose undoing tags become what they were before all that fit the filter, newest first.
 *
 * @throws {NoTagHistoryError} when the server keeps no history that can be undone
 * @throws {RefusedError} when the server refuses the list
 *
 * @example
 * const events = await changesToUndo(client, { since: "2026-11-28T10:00:00Z", tag: "production" });
 */
export async function changesToUndo(
  client: Client,
  filter: TagEventFilter,
  { signal }: HelperOptions = {},
): Promise<TagEvent[]> {
  const onSource = (source: string) => {
    if (source === "glance") throw new NoTagHistoryError();
  };
  const found = new Map<string, { readonly newest: TagEvent; oldest: TagEvent }>();
  for await (const event of tagEvents(client, filter, { signal, onSource })) {
    const key = `${event.image_id} ${event.tag}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { newest: event, oldest: event });
    else known.oldest = event;
  }
  // Where the first was undone by the last, the tag is as it was before.
  return [...found.values()].flatMap(({ newest, oldest }) =>
    newest.action === oldest.action ? [newest] : [],
  );
}

/**
 * Undoes one event, once.
 *
 * @throws {RefusedError} when the server refuses it
 *
 * @example
 * const outcome = await undoEvent(client, "019c3a52-7c00-7000-8000-000000000000");
 */
export async function undoEvent(
  client: Client,
  eventId: string,
  { signal }: HelperOptions = {},
): Promise<"undone" | "changedSince"> {
  const reply = await client.tagEvents.undo({
    params: { event_id: eventId },
    fetchOptions: { signal: signal ?? null },
  });
  if (reply.status === 204) return "undone";
  const refused = toRefusedError(reply);
  if (refused.reason === "tag-changed-since") return "changedSince";
  if (refused.reason === "no-tag-history") throw new NoTagHistoryError();
  throw refused;
}
