import { allPages } from "./all-pages.ts";
import type { Client } from "../client.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";

/**
 * What {@link tagCounts} takes besides the filter.
 *
 * @example
 * const options: TagCountsOptions = { onProgress: (images) => console.error(`${images} images`) };
 */
export interface TagCountsOptions extends HelperOptions {
  /** Called after each page with how many images were seen so far. */
  readonly onProgress?: (images: number) => void;
}

/**
 * Each tag that images of the filter bear, with how many of them bear it: the most frequent first, equals by tag.
 * Hidden images count too unless the filter has `os_hidden`.
 *
 * @throws {RefusedError} when the server refuses
 * @throws {EndlessListError} when the server names empty pages without end
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * for (const [tag, count] of await tagCounts(client, { owner })) console.log(count, tag);
 */
export async function tagCounts(
  client: Client,
  filter: ImageFilter = {},
  { signal, onProgress }: TagCountsOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let seen = 0;
  for await (const page of allPages(client, filter, signal)) {
    for (const { tags } of page) {
      for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    seen += page.length;
    onProgress?.(seen);
  }
  return new Map([...counts].toSorted(byCountThenTag));
}

function byCountThenTag([tag, count]: [string, number], [otherTag, otherCount]: [string, number]): number {
  return otherCount - count || (tag < otherTag ? -1 : 1);
}
