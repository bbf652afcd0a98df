import type { CloudTag } from "@imagetags/contract";
import type { Client } from "../client.ts";
import { EndlessListError, NotServedError } from "../errors/refusal-errors.ts";
import type { HelperOptions } from "./helper-options.ts";
import { isListNotServed } from "./not-served.ts";
import { toRefusedError } from "./refusal.ts";

/** How many tags a request asks for: the most that a page has. */
const PAGE = 1000;

/** The most pages without a tag that may follow one another: what was looked at for each was not the caller's to see. */
const MOST_EMPTY = 10_000;

/**
 * Which tags.
 *
 * @example
 * const filter: CloudTagFilter = { name: "release-*" };
 */
export interface CloudTagFilter {
  /** A tag; with `*` at its end, all that begin so. */
  readonly name?: string | undefined;
  /** Of images that are hidden from lists, in the place of the others. */
  readonly os_hidden?: boolean | undefined;
}

/**
 * Every tag of the images that the caller may list, in the order of code points, with how many bear it and when that changed
 * last. One request gives up to a thousand tags, however many images bear them.
 *
 * @throws {NotServedError} when the server cannot list tags, as a plain Glance: `tagCounts` counts them there
 * @throws {RefusedError} when the server refuses
 *
 * @example
 * for await (const { name, images, updated_at } of cloudTags(client, { name: "release-*" })) {
 *   console.log(name, images, updated_at);
 * }
 */
export async function* cloudTags(
  client: Client,
  filter: CloudTagFilter = {},
  { signal }: HelperOptions = {},
): AsyncGenerator<CloudTag, void, undefined> {
  let marker: string | undefined;
  let empty = 0;
  for (;;) {
    const reply = await client.cloudTags.list({
      query: { ...filter, limit: PAGE, marker },
      fetchOptions: { signal: signal ?? null },
    });
    if (reply.status !== 200) {
      const refused = toRefusedError(reply);
      throw isListNotServed(refused) ? new NotServedError("list tags") : refused;
    }
    const { tags, next } = reply.body;
    yield* tags;
    empty = tags.length === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY) throw new EndlessListError(empty);
    const onward = next === undefined ? undefined : markerIn(next);
    if (onward === undefined || onward === marker) return;
    marker = onward;
  }
}

function markerIn(next: string): string | undefined {
  return new URLSearchParams(next.slice(next.indexOf("?") + 1)).get("marker") ?? undefined;
}
