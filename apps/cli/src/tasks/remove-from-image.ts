import { removeTag, type Client } from "@imagetags/client";
import { safeText } from "../output/safe-text.ts";
import { changeOneImage, type OneImage } from "./one-image.ts";
import { RulesInTheWay } from "./rules-in-the-way.ts";
import type { TagChange } from "./tag-change.ts";
import { describeImage } from "./change-words.ts";

/**
 * Removes tags from one image. A tag that the image does not bear is a failure, because a person may have mistyped
 * it.
 */
export function removeFromImage(client: Client, options: OneImage): Promise<number> {
  return changeOneImage(client, options, ({ tags: borne, owner }) => {
    const rules = new RulesInTheWay(client);
    const would = async ({ tag }: TagChange) => {
      if (!borne.includes(tag)) throw new TagNotBorneError();
      const refusal = await rules.refusal(owner, [{ verb: "remove", tag }]);
      if (refusal !== undefined) throw refusal;
      return "would be removed";
    };
    const verb = options.dryRun ? "Would remove" : "Removed";
    return {
      make: options.dryRun ? would : (change) => remove(client, change),
      label: "Removing",
      sentence: (change) => `${verb} ${safeText(change.tag)} from ${describeImage(change)}.`,
    };
  });
}

async function remove(client: Client, { imageId, tag }: TagChange): Promise<string> {
  const { outcome, attempts } = await removeTag(client, imageId, tag);
  // An earlier attempt of this very call may have removed the tag, and its answer was lost.
  if (outcome === "alreadyAbsent" && attempts === 1) throw new TagNotBorneError();
  return "removed";
}

class TagNotBorneError extends Error {
  override readonly name = "TagNotBorneError";

  constructor() {
    super("The image does not bear the tag.");
  }
}
