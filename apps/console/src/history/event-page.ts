import type { Client, TagEvent } from "@imagetags/client";
import type { HistoryAddress } from "../address/address.ts";
import { Refusal } from "../server/refusal.ts";

/** The histories among all that is remembered of the server. */
export const HISTORY = "history";

/** A page of events; `source` says how much the server knows, `none` that it keeps no history at all. */
export interface EventPage {
  readonly events: readonly TagEvent[];
  readonly next: string | undefined;
  readonly source: string;
}

const PAGE = 100;

/** The events after a marker, newest first. */
export async function eventPage(
  client: Client,
  { image, tag, user }: HistoryAddress,
  marker: string | undefined,
  signal: AbortSignal,
): Promise<EventPage> {
  const query = {
    limit: PAGE,
    marker,
    ...(tag !== "" && { tag }),
    ...(user !== "" && { user_id: user }),
  };
  const reply = await (image === ""
    ? client.tagEvents.list({ query, fetchOptions: { signal } })
    : client.tagEvents.listOfImage({ params: { image_id: image }, query, fetchOptions: { signal } }));
  if (reply.status !== 200) {
    const refusal = new Refusal(reply);
    if (refusal.status === 404 && (refusal.reason === undefined || refusal.reason === "no-such-path")) {
      return { events: [], next: undefined, source: "none" };
    }
    throw refusal;
  }
  const { tag_events: events, next, source } = reply.body;
  return { events, next: next === undefined ? undefined : markerIn(next), source };
}

function markerIn(next: string): string | undefined {
  return new URLSearchParams(next.slice(next.indexOf("?") + 1)).get("marker") ?? undefined;
}
