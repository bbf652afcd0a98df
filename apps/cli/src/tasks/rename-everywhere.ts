import { ImageNotFoundError, removeTag, type Client } from "@imagetags/client";
import { imagesBearing } from "../cloud/chosen-images.ts";
import type { ImageChoice } from "../options/image-options.ts";
import { safeText } from "../output/safe-text.ts";
import { addTagTo } from "./add-tag-to.ts";
import { images, type ChangeKind } from "./everywhere.ts";
import { describeImage, type TagChange } from "./tag-change.ts";

/**
 * The renaming of a tag on all images of a choice that bear it. An image that bears the old tag is one that is still to
 * be done, so running it again goes on where it was stopped.
 */
export function renaming(old: string, name: string, choice: ImageChoice): ChangeKind {
  const what = `${safeText(old)} to ${safeText(name)}`;
  return {
    async *find(client, signal) {
      for await (const image of imagesBearing(client, old, choice, signal)) {
        yield { imageId: image.id, imageName: image.name, tag: old, newTag: name };
      }
    },
    make: rename,
    words: {
      doing: "Renaming",
      one: "renaming",
      done: "renamed",
      question: `of ${what} on`,
      none: `No image bears ${safeText(old)}.`,
      summary: (made) => `Renamed ${what} on ${images(made)}.`,
      sentence: (change, result) =>
        result === "renamed"
          ? `Renamed ${what} on ${describeImage(change)}.`
          : `${describeImage(change)} is gone.`,
    },
  };
}

/** The new tag comes first: whenever this ends, the image bears one of the two. */
async function rename(client: Client, { imageId, tag, newTag = tag }: TagChange): Promise<string> {
  try {
    await addTagTo(client, imageId, newTag);
    // Somebody else may have removed the old tag meanwhile, which is what was asked for.
    await removeTag(client, imageId, tag);
    return "renamed";
  } catch (error) {
    if (error instanceof ImageNotFoundError) return "image gone";
    throw error;
  }
}
