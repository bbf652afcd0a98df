import { ImageNotFoundError, RefusedError, removeTag, TagUnreachableError } from "@imagetags/client";
import { manyTags } from "../cloud/choice-filter.ts";
import { imagesBearing } from "../cloud/chosen-images.ts";
import { reasonOf } from "../explain.ts";
import type { ImageChoice } from "../options/image-options.ts";
import { safeText } from "../output/safe-text.ts";
import { addTagTo, takeBack } from "./add-tag-to.ts";
import type { ChangeKind } from "./change-kind.ts";
import { CHANGED_SINCE, changedSince, describeImage, images } from "./change-words.ts";

const NOT_TOUCHED =
  "The server cannot take the old tag in a URL, as another image showed: nothing was changed.";

/**
 * The renaming of a tag on all images of a choice that bear it. An image that bears the old tag is one that is still to
 * be done, so running it again goes on where it was stopped.
 */
export function renaming(old: string, name: string, choice: ImageChoice): ChangeKind {
  const what = `${safeText(old)} to ${safeText(name)}`;
  const bearing = { ...choice, tags: [...new Set([...choice.tags, old])] };
  const wanted = manyTags({ remove: [old], add: [name] }, bearing);
  return {
    async *find(client, signal) {
      for await (const image of imagesBearing(client, old, choice, signal)) {
        const { id, name: imageName, owner, tags: before } = image;
        yield { imageId: id, imageName, owner, tag: old, newTag: name, before };
      }
    },
    make: createRename(),
    steps: ({ before = [] }) => [
      ...(before.includes(name) ? [] : [{ verb: "add", tag: name } as const]),
      { verb: "remove", tag: old },
    ],
    planned: wanted && { wanted, changesOf: () => [{ tag: old, newTag: name }] },
    words: {
      doing: "Renaming",
      one: "renaming",
      done: "renamed",
      question: `of ${what} on`,
      none: `No image bears ${safeText(old)}.`,
      summary: (made) => `Renamed ${what} on ${images(made)}.`,
      sentence: (change, result) => {
        if (result === CHANGED_SINCE) return changedSince(change);
        return result === "renamed"
          ? `Renamed ${what} on ${describeImage(change)}.`
          : `${describeImage(change)} is gone.`;
      },
    },
  };
}

/** Makes the renamings of one run. Once the server could not reach the old tag, no further image is touched. */
function createRename(): ChangeKind["make"] {
  let isUnreachable = false;
  return async (client, { imageId, tag, newTag = tag, before = [] }) => {
    if (isUnreachable) throw new Error(NOT_TOUCHED);
    try {
      // The new tag comes first: whenever this ends, the image bears one of the two.
      await addTagTo(client, imageId, newTag, before);
      try {
        // Somebody else may have removed the old tag meanwhile, which is what was asked for.
        await removeTag(client, imageId, tag);
      } catch (error) {
        isUnreachable ||= error instanceof TagUnreachableError;
        if (!isForGood(error) || before.includes(newTag)) throw error;
        const end = await takeBack(client, imageId, newTag);
        throw new Error(`${reasonOf(error)} ${newTag} ${end}`, { cause: error });
      }
      return "renamed";
    } catch (error) {
      if (error instanceof ImageNotFoundError) return "image gone";
      throw error;
    }
  };
}

/** Whether the same removal would fail again. */
function isForGood(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status < 500 && error.status !== 429;
  return error instanceof TagUnreachableError;
}
