import type { Client } from "./client.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";
import { images } from "./images.ts";
import { removeTag } from "./remove-tag.ts";

/**
 * What became of one image. A failure is one image's own: the others go on.
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
 * How far a removal from many images has come: how many were found so far, and what became of them. `listed` tells
 * that no more will be found.
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
 * const options: RemoveEverywhereOptions = { dryRun: true };
 */
export interface RemoveEverywhereOptions extends HelperOptions {
  /** Only tell what would be removed: each image is `wouldRemove`. */
  readonly dryRun?: boolean;
  /** How many removals may be under way at once: 1 to 100; 8 when absent. */
  readonly concurrency?: number;
  /** Called after each image. */
  readonly onProgress?: (progress: RemovalProgress) => void;
}

/**
 * Removes a tag from every image that bears it and fits the filter, and gives what became of each, in the order in
 * which they are done. Hidden images are among them unless the filter has `os_hidden`. The tag is compared exactly,
 * also where the server's filter is not exact. Memory does not grow with the number of images.
 *
 * When it is ended, by its signal or by leaving the loop, what is under way is finished first; running it again
 * finds what is left.
 *
 * @throws {RefusedError} when the server refuses the list
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
  { dryRun = false, signal }: RemoveEverywhereOptions = {},
): AsyncGenerator<ImageRemoval, void, undefined> {
  for await (const { id, name } of images(client, { ...filter, tag }, { signal })) {
    const outcome = dryRun ? "wouldRemove" : (await removeTag(client, id, tag, { signal })).outcome;
    yield { imageId: id, name, outcome };
  }
}
