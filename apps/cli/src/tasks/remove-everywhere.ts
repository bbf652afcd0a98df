import { ImageNotFoundError, removeTag, type Client } from "@imagetags/client";
import { manyTags } from "../cloud/choice-filter.ts";
import { imagesBearing } from "../cloud/chosen-images.ts";
import type { ImageChoice } from "../options/image-options.ts";
import { safeText } from "../output/safe-text.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { TagChange } from "./tag-change.ts";
import { CHANGED_SINCE, changedSince, describeImage, images, plural, tagList } from "./change-words.ts";

/** The removal of tags from all images of a choice that bear them. */
export function removal(words: readonly string[], choice: ImageChoice): ChangeKind {
  const tags = [...new Set(words)];
  const wanted = manyTags({ remove: tags }, choice);
  return {
    async *find(client, signal) {
      for (const tag of tags) {
        for await (const { id, name, owner } of imagesBearing(client, tag, choice, signal)) {
          yield { imageId: id, imageName: name, owner, tag };
        }
      }
    },
    make: remove,
    steps: ({ tag }) => [{ verb: "remove", tag }],
    planned: wanted && {
      wanted,
      isTagByTag: true,
      changesOf: (image) => image.remove.map((tag) => ({ tag })),
    },
    undoTags: tags,
    words: {
      doing: "Removing",
      one: "removal",
      done: "removed",
      question: `of ${tagList(tags)} from`,
      none: `No image bears ${tagList(tags)}.`,
      summary: (made) =>
        `Removed ${tagList(tags)} ${tags.length === 1 ? `from ${images(made)}` : `in ${plural(made, "removal")}`}.`,
      sentence: (change, result) => {
        if (result === CHANGED_SINCE) return changedSince(change);
        return result === "removed"
          ? `Removed ${safeText(change.tag)} from ${describeImage(change)}.`
          : `${describeImage(change)} had lost ${safeText(change.tag)}.`;
      },
    },
  };
}

/** Somebody else may have removed the tag or the image since it was found; what was asked for holds all the same. */
async function remove(client: Client, { imageId, tag }: TagChange): Promise<string> {
  try {
    const { outcome } = await removeTag(client, imageId, tag);
    return outcome === "removed" ? "removed" : "already absent";
  } catch (error) {
    if (error instanceof ImageNotFoundError) return "already absent";
    throw error;
  }
}
