import type { Client, TagAction } from "@imagetags/client";
import { Refusal } from "../server/refusal.ts";

/** A tag that an image is to gain or to lose. */
export interface Change {
  readonly imageId: string;
  readonly tag: string;
  readonly action: TagAction;
}

/** What became of a change, and the request that made it, by which it is found in the history. */
export type Outcome =
  | { readonly kind: "made"; readonly requestId: string | null }
  /** The image did not bear the tag any more. */
  | { readonly kind: "was-gone" }
  | { readonly kind: "no-image" };

/**
 * Makes a change.
 *
 * @throws {Refusal} when the server refuses
 */
export async function makeChange(client: Client, { imageId, tag, action }: Change): Promise<Outcome> {
  const params = { image_id: imageId, tag };
  if (action === "added") {
    const reply = await client.imageTags.add({ params });
    return reply.status === 204 ? made(reply) : notMade(new Refusal(reply));
  }
  const reply = await client.imageTags.delete({ params });
  return reply.status === 204 ? made(reply) : notMade(new Refusal(reply));
}

function made({ headers }: { readonly headers: Headers }): Outcome {
  return { kind: "made", requestId: headers.get("x-openstack-request-id") };
}

function notMade(refusal: Refusal): Outcome {
  if (refusal.reason === "no-such-tag") return { kind: "was-gone" };
  if (refusal.reason === "no-such-image") return { kind: "no-image" };
  throw refusal;
}

/** How a change was taken back: as the history tells it, or, where there is none, by its opposite. */
export type Undoing = "undone" | "changed-since";

/** How many changes of one tag of one image somebody may make before a change is taken back. */
const LOOK_BACK = 100;

/**
 * Takes a change back that a request made.
 *
 * @throws {Refusal} when the server refuses
 */
export async function takeBack(client: Client, change: Change, requestId: string | null): Promise<Undoing> {
  const { imageId, tag, action } = change;
  const events = await client.tagEvents.listOfImage({
    params: { image_id: imageId },
    query: { tag, action, limit: LOOK_BACK },
  });
  const event =
    events.status === 200 && requestId !== null
      ? events.body.tag_events.find((each) => each.request_id === requestId)
      : undefined;
  if (event === undefined) {
    const outcome = await makeChange(client, { ...change, action: action === "added" ? "removed" : "added" });
    return outcome.kind === "made" ? "undone" : "changed-since";
  }
  return await undoEvent(client, event.id);
}

/**
 * Takes an event of the history back.
 *
 * @throws {Refusal} when the server refuses
 */
export async function undoEvent(client: Client, eventId: string): Promise<Undoing> {
  const reply = await client.tagEvents.undo({ params: { event_id: eventId } });
  if (reply.status === 204) return "undone";
  const refusal = new Refusal(reply);
  if (refusal.reason === "tag-changed-since") return "changed-since";
  throw refusal;
}
