import type { Client } from "@imagetags/client";
import { safeText } from "../output/safe-text.ts";
import { addTagTo } from "./add-tag-to.ts";
import { changeOneImage, type OneImage } from "./one-image.ts";
import { RulesInTheWay } from "./rules-in-the-way.ts";
import type { TagChange } from "./tag-change.ts";
import { describeImage } from "./change-words.ts";

/** Adds tags to one image; one that it bears already stays. */
export function addTags(client: Client, options: OneImage): Promise<number> {
  const rules = new RulesInTheWay(client);
  return changeOneImage(client, options, ({ tags: borne, owner }) => ({
    async make({ imageId, tag }) {
      const isBorne = borne.includes(tag);
      if (options.dryRun) {
        if (isBorne) return "had";
        const refusal = await rules.refusal(owner, [{ verb: "add", tag }]);
        if (refusal !== undefined) throw refusal;
        return "would be added";
      }
      // A tag that was there may have been removed meanwhile, so it is added all the same.
      await addTagTo(client, imageId, tag, borne);
      return isBorne ? "had" : "added";
    },
    label: "Adding",
    sentence,
  }));
}

function sentence(change: TagChange, result: string): string {
  const tag = safeText(change.tag);
  const image = describeImage(change);
  if (result === "had") return `${image} had ${tag}.`;
  return `${result === "added" ? "Added" : "Would add"} ${tag} to ${image}.`;
}
