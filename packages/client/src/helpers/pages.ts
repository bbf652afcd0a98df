import type { Image } from "@imagetags/contract";
import type { Client } from "../client.ts";
import type { ImageFilter } from "./helper-options.ts";
import { EndlessListError } from "../errors/refusal-errors.ts";
import { isMarkerMissing, toRefusedError } from "./refusal.ts";

/** How many images a request asks for; servers allow 1000 and give fewer when they like. */
const PAGE = 500;

/** The most pages without an image that may follow one another: a server can name a new one for ever. */
const MOST_EMPTY = 1000;

/**
 * The pages of a list, without those that are empty: a server's rules can hide all images of a page, and the next one
 * comes all the same. The marker of a page is the one in the server's link, or else the last image of the page before,
 * so a change of the list skips nothing. A server that repeats itself is not followed for ever: a page that brings
 * nothing new is the last, and so is one whose marker has been used. When the image of a marker was deleted meanwhile,
 * the page before is read again, and when its marker is gone too, the list is read from its start; what came in the
 * page before does not come again.
 *
 * @throws {EndlessListError} when empty pages do not end
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
  let empty = 0;
  const used = new Set<string>();
  const lost = new Set<string | undefined>();
  let round = new RoundDetector();
  for (;;) {
    const marker = markers.at(-1);
    const query = { limit: PAGE, ...filter, marker };
    const reply = await client.images.list({ query, fetchOptions });
    if (reply.status !== 200) {
      const refused = toRefusedError(reply);
      if (!isMarkerMissing(refused) || markers.length === 1) throw refused;
      lost.add(markers.pop());
      used.clear();
      round = new RoundDetector();
      continue;
    }
    const { images, next } = reply.body;
    const last = images.at(-1);
    const fresh = images.filter(({ id }) => !before.has(id));
    if (last === undefined) empty += 1;
    else {
      if (fresh.length === 0 || round.isClosedBy(images)) return;
      before = new Set(images.map(({ id }) => id));
      empty = 0;
      yield fresh;
    }
    const onward = next === undefined ? undefined : (markerIn(next) ?? last?.id);
    if (onward === undefined || onward === marker) return;
    if (used.has(onward) || lost.has(onward)) return;
    if (empty > MOST_EMPTY) throw new EndlessListError(empty);
    used.add(onward);
    markers = [start, ...(marker === start ? [] : [marker]), onward];
  }
}

/**
 * Tells when pages go round in a circle, whatever their markers. It holds one page at a time, each for twice as many
 * pages as the one before. Source: Brent, "An improved Monte Carlo factorization algorithm", 1980.
 */
class RoundDetector {
  #held: ReadonlySet<string> = new Set();
  #turn = 0;
  #until = 1;

  /** Whether all images of a page that is not empty stand in the held page. */
  isClosedBy(images: readonly Image[]): boolean {
    if (images.every(({ id }) => this.#held.has(id))) return true;
    this.#turn += 1;
    if (this.#turn < this.#until) return false;
    this.#held = new Set(images.map(({ id }) => id));
    this.#until *= 2;
    return false;
  }
}

/** The marker in a link to the next page. The rest of the link is not followed: it may name another host. */
function markerIn(next: string): string | undefined {
  const query = next.indexOf("?");
  return query === -1 ? undefined : (new URLSearchParams(next.slice(query)).get("marker") ?? undefined);
}
