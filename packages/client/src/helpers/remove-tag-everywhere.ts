import { allPages } from "./all-pages.ts";
import { checkConcurrency, removeTags, type ChangeTagsOptions } from "./change-tags.ts";
import type { Client } from "../client.ts";
import { InvalidParameterError } from "../errors/errors.ts";
import { NoTagPlansError } from "../errors/refusal-errors.ts";
import type { ImageFilter } from "./helper-options.ts";
import type { ImageRemoval } from "./image-removal.ts";
import { removeTogether } from "./remove-together.ts";

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
  /** Only tell what would be removed: each image is `wouldRemove`, or `wouldFail` where the server tells that. */
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
 * A server of this project removes it from up to a thousand images with one request and in one transaction, of which all is
 * done when the first of them is given. On others each image takes a request of its own, so many at once as `concurrency`.
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

  const list = listOf(tag, filter);

  async function* found(): AsyncGenerator<FoundTag, void, undefined> {
    for await (const page of allPages(client, list, signal)) {
      const bearing = page.filter(({ tags }) => tags.includes(tag));
      progress.found += bearing.length;
      for (const { id, name = null } of bearing) yield { imageId: id, name, tag };
    }
    progress.listed = true;
  }
  async function* results(): AsyncGenerator<ImageRemoval, void, undefined> {
    const onFound = (count: number) => void (progress.found += count);
    try {
      yield* removeTogether(client, tag, filter, { dryRun, signal, onFound });
      progress.listed = true;
    } catch (error) {
      if (!(error instanceof NoTagPlansError)) throw error;
      yield* dryRun ? wouldRemove(found()) : removals(client, found(), { concurrency, signal });
    }
  }
  for await (const result of results()) {
    progress.done += 1;
    if (result.outcome !== "wouldRemove" && result.outcome !== "wouldFail") progress[result.outcome] += 1;
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
