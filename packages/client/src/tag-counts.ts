import type { Client } from "./client.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";
import { images } from "./images.ts";

/**
 * What {@link tagCounts} takes besides the filter.
 *
 * @example
 * const options: TagCountsOptions = { onProgress: (seen) => console.error(`${seen} images`) };
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
 * @throws {ImageTagsError} as every call may
 *
 * @example
 * for (const [tag, count] of await tagCounts(client, { owner })) console.log(count, tag);
 */
export async function tagCounts(
  client: Client,
  filter: ImageFilter = {},
  options: TagCountsOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { tags } of images(client, filter, options)) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return counts;
}
