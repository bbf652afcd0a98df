import type { Client } from "../client.ts";
import { RefusedError } from "../errors/refusal-errors.ts";
import type { HelperOptions, ImageFilter } from "./helper-options.ts";
import type { ImageRemoval } from "./image-removal.ts";
import { runTagAction } from "./run-tag-action.ts";
import { refusalOf } from "./tag-plans.ts";

/** How many images a request may be about. */
const MOST = 1000;

interface TogetherOptions extends HelperOptions {
  readonly dryRun: boolean;
  /** Called with how many images each request was about. */
  readonly onFound: (count: number) => void;
}

/**
 * Removes a tag from many images with each request, oldest first and hidden ones last, unless the filter says which of them
 * it wants. A request that is under way when the signal is aborted is finished, and its images are given.
 *
 * @throws {NoTagPlansError} before anything else, when the server has nothing like it
 */
export async function* removeTogether(
  client: Client,
  tag: string,
  { limit, ...filter }: ImageFilter,
  { dryRun, onFound, signal }: TogetherOptions,
): AsyncGenerator<ImageRemoval, void, undefined> {
  const size = typeof limit === "number" && limit >= 1 && limit <= MOST ? { limit } : {};
  const given = new Set<string>();
  for (const hidden of filter.os_hidden === undefined ? [false, true] : [filter.os_hidden]) {
    let marker: string | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const after = marker === undefined ? {} : { marker };
      const asked = { remove: [tag], where: { ...filter, os_hidden: hidden }, ...size, ...after };
      const page = await runTagAction(client, asked, dryRun ? { signal } : { plan: "*" }).catch(
        (error: unknown) => {
          const isMarkerGone = error instanceof RefusedError && error.reason === "no-such-marker";
          if (!isMarkerGone || marker === undefined) throw error;
          // From the start: what is done is not found again.
          return { images: [], next: "" };
        },
      );
      const images = page.images.filter(({ id }) => !given.has(id));
      onFound(images.length);
      for (const { id: imageId, name, refused } of images) {
        given.add(imageId);
        if (refused === undefined) yield { imageId, name, outcome: dryRun ? "wouldRemove" : "removed" };
        else yield { imageId, name, outcome: dryRun ? "wouldFail" : "failed", error: refusalOf(refused) };
      }
      if (page.next === undefined) break;
      marker = page.next === "" ? undefined : page.next;
    }
  }
}
