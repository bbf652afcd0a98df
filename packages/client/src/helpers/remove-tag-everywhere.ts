import { allPages } from "./all-pages.ts";
import { checkConcurrency, removeTags, type ChangeTagsOptions } from "./change-tags.ts";
import type { Client } from "../client.ts";
import { InvalidParameterError } from "../errors/errors.ts";
import type { ImageFilter } from "./helper-options.ts";

/**
 * What became of one image. `alreadyAbsent`: the tag, or the image with it, went meanwhile. A failure is one image's
 * own: the others go on.
 *
 * @example
 * function show({ imageId, name, ...result }: ImageRemoval): string {
 *   return `${imageId} ${name ?? ""} ${result.outcome === "failed" ? result.error.message : result.outcome}`;
 * }
 */
export type ImageRemoval = { readonly imageId: string; readonly name: string | null } & (
  | { readonly outcome: "removed" | "alreadyAbsent" | "wouldRemove" }
  | { readonly outcome: "failed"; readonly error: Error }
);

/**
 * How far a removal from many images has come: how many were found so far, and what became of those that are done.
 * `listed` tells that no more will be found.
 *
 * @example
 * const onProgress = ({ done, found, listed }: RemovalProgress) =>
 *   console.error(`${done} of ${found}${listed ? "" : " or more"}`);
 */
export interface RemovalProgress {
  readonly found: number;
  readonly done: number;
  readonly removed: number;
  readonly alreadyAbsent: number;
  readonly failed: number;
  readonly listed: boolean;
}

/**
 * What {@link removeTagEverywhere} takes besides tag and filter.
 *
 * @example
 * const options: RemoveEverywhereOptions = { dryRun: true, signal: AbortSignal.timeout(60_000) };
 */
export interface RemoveEverywhereOptions extends ChangeTagsOptions {
  /** Only tell what would be removed: each image is `wouldRemove`. */
  readonly dryRun?: boolean;
  /** Called after each image. */
  readonly onProgress?: (progress: RemovalProgress) => void;
}

/**
 * Removes a tag from every image that bears it and fits the filter, and gives what became of each, in the order in
 * which they are done. Hidden images are among them unless the filter has `os_hidden`. The tag is compared exactly,
 * also where the server's filter is not exact. The oldest image comes first, so that images made meanwhile are found;
 * the filter therefore has no order and no marker of its own. No more than a page of images is held at a time.
 *
 * When the signal is aborted, nothing more is begun, and what is under way is finished and given; then it throws the
 * signal's reason. Leaving the loop finishes what is under way too. Running it again finds what is left.
 *
 * @throws {RefusedError} when the server refuses the list
 * @throws {EndlessListError} when the server names empty pages without end
 * @throws {ImageTagsError} when the list fails
 *
 * @example
 * for await (const result of removeTagEverywhere(client, "miracle", { owner }, { concurrency: 16 })) {
 *   if (result.outcome === "failed") console.error(result.imageId, result.error.message);
 * }
 */
export async function* removeTagEverywhere(
  client: Client,
  tag: string,
  filter: ImageFilter = {},
  { dryRun = false, concurrency = 8, onProgress, signal }: RemoveEverywhereOptions = {},
): AsyncGenerator<ImageRemoval, void, undefined> {
  checkConcurrency(concurrency);
  const progress = { found: 0, done: 0, removed: 0, alreadyAbsent: 0, failed: 0, listed: false };

  async function* found(): AsyncGenerator<FoundTag, void, undefined> {
    for await (const page of allPages(client, listOf(tag, filter), signal)) {
      const bearing = page.filter(({ tags }) => tags.includes(tag));
      progress.found += bearing.length;
      for (const { id, name = null } of bearing) yield { imageId: id, name, tag };
    }
    progress.listed = true;
  }
  const results = dryRun ? wouldRemove(found()) : removals(client, found(), { concurrency, signal });
  for await (const result of results) {
    progress.done += 1;
    if (result.outcome !== "wouldRemove") progress[result.outcome] += 1;
    onProgress?.({ ...progress });
    yield result;
  }
}

interface FoundTag {
  readonly imageId: string;
  readonly name: string | null;
  readonly tag: string;
}

async function* wouldRemove(found: AsyncIterable<FoundTag>): AsyncGenerator<ImageRemoval, void, undefined> {
  for await (const { imageId, name } of found) yield { imageId, name, outcome: "wouldRemove" };
}

async function* removals(
  client: Client,
  found: AsyncIterable<FoundTag>,
  options: ChangeTagsOptions,
): AsyncGenerator<ImageRemoval, void, undefined> {
  for await (const { change, ...result } of removeTags(client, found, options)) {
    const { imageId, name } = change;
    if (result.outcome === "failed") yield { imageId, name, outcome: "failed", error: result.error };
    else yield { imageId, name, outcome: result.outcome };
  }
}

/** The filter of the list, ordered by creation: a removal moves `updated_at`. */
function listOf(tag: string, filter: ImageFilter): ImageFilter {
  for (const name of ["sort", "sort_key", "sort_dir", "marker"]) {
    if (filter[name] !== undefined) {
      throw new InvalidParameterError(name, "cannot be in the filter of a removal from many images.");
    }
  }
  const sorted = { ...filter, sort_key: "created_at", sort_dir: "asc" };
  // Glance trims the tags of a filter, and would find no image for one with blanks around it.
  if (tag.trim() !== tag) return sorted;
  const tags = filter.tag === undefined ? [] : Array.isArray(filter.tag) ? filter.tag : [filter.tag];
  return { ...sorted, tag: [...tags, tag] };
}
