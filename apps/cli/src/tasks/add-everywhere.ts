import { ImageNotFoundError, type Client } from "@imagetags/client";
import { manyTags } from "../cloud/choice-filter.ts";
import { chosenImages } from "../cloud/chosen-images.ts";
import { isEveryImage, type ImageChoice } from "../options/image-options.ts";
import { safeText } from "../output/safe-text.ts";
import { addTagTo } from "./add-tag-to.ts";
import type { ChangeKind } from "./change-kind.ts";
import type { TagChange } from "./tag-change.ts";
import { CHANGED_SINCE, changedSince, describeImage, images, plural, tagList } from "./change-words.ts";

/** The addition of tags to all images of a choice that lack them. */
export function addition(words: readonly string[], choice: ImageChoice): ChangeKind {
  const tags = [...new Set(words)];
  const wanted = manyTags({ add: tags }, choice);
  return {
    async *find(client, signal) {
      for await (const image of chosenImages(client, choice, { withHidden: true, signal })) {
        const { id, name, owner, tags: borne } = image;
        for (const tag of tags) {
          if (!borne.includes(tag)) yield { imageId: id, imageName: name, owner, tag, before: borne };
        }
      }
    },
    make: add,
    steps: ({ tag }) => [{ verb: "add", tag }],
    planned: wanted && {
      wanted,
      changesOf: ({ add: lacking }) => tags.filter((tag) => lacking.includes(tag)).map((tag) => ({ tag })),
    },
    asksAlways: isEveryImage(choice),
    words: {
      doing: "Adding",
      one: "addition",
      done: "added",
      question: `of ${tagList(tags)} to`,
      none: `No image of these lacks ${tagList(tags)}.`,
      summary: (made) =>
        `Added ${tagList(tags)} ${tags.length === 1 ? `to ${images(made)}` : `in ${plural(made, "addition")}`}.`,
      sentence: (change, result) => {
        if (result === CHANGED_SINCE) return changedSince(change);
        return result === "added"
          ? `Added ${safeText(change.tag)} to ${describeImage(change)}.`
          : `${describeImage(change)} is gone.`;
      },
    },
  };
}

async function add(client: Client, { imageId, tag, before = [] }: TagChange): Promise<string> {
  try {
    await addTagTo(client, imageId, tag, before);
    return "added";
  } catch (error) {
    // An image that was deleted meanwhile is no failure.
    if (error instanceof ImageNotFoundError) return "image gone";
    throw error;
  }
}
