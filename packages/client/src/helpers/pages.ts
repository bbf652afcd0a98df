import type { Image } from "@imagetags/contract";
import type { Client } from "../client.ts";
import type { ImageFilter } from "./helper-options.ts";
import { isMarkerMissing, refusal } from "./refusal.ts";

/** How many images a request asks for; servers allow 1000 and give fewer when they like. */
const PAGE = 500;

/**
 * The pages of a list. The marker of a page is the last image of the page before, so a change of the list skips
 * nothing. A server that repeats itself is not followed for ever: a page that brings nothing new is the last, and so is
 * one whose marker has been used. When that image was deleted meanwhile, the page before is read again, and when its marker is gone too, the
 * list is read from its start; what came in the page before does not come again.
 */
export async function* pages(
  client: Client,
  filter: ImageFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Image[], void, undefined> {
  const fetchOptions = { signal: signal ?? null };
  const start = typeof filter.marker === "string" ? filter.marker : undefined;
  let markers = [start];
  let before: ReadonlySet<string> = new Set();
  const used = new Set<string>();
  for (;;) {
    const marker = markers.at(-1);
    const query = { limit: PAGE, ...filter, marker };
    const reply = await client.images.list({ query, fetchOptions });
    if (reply.status !== 200) {
      const refused = refusal(reply);
      if (!isMarkerMissing(refused) || markers.length === 1) throw refused;
      markers.pop();
      used.clear();
      continue;
    }
    const { images, next } = reply.body;
    const fresh = images.filter(({ id }) => !before.has(id));
    const last = images.at(-1);
    if (fresh.length === 0 || last === undefined) return;
    yield fresh;
    if (next === undefined) return;
    const onward = markerIn(next) ?? last.id;
    if (onward === marker || used.has(onward)) return;
    used.add(onward);
    before = new Set(images.map(({ id }) => id));
    markers = [start, ...(marker === start ? [] : [marker]), onward];
  }
}

/** The marker in a link to the next page, of which nothing else is followed: it may name another host. */
function markerIn(next: string): string | undefined {
  const query = next.indexOf("?");
  return query === -1 ? undefined : (new URLSearchParams(next.slice(query)).get("marker") ?? undefined);
}
