import { Command } from "@commander-js/extra-typings";
import { withExamples } from "../help/examples.ts";
import { onOneOrEverywhere } from "./one-or-everywhere.ts";

/** `imagetags remove` */
export function removeCommand() {
  const command = onOneOrEverywhere(
    new Command("remove").description("Remove tags from one image, or from every image that bears them."),
    { everywhere: "from all images that bear a TAG, hidden ones too" },
    async (client, change) => {
      const { removeFromImage } = await import("../tasks/remove-from-image.ts");
      return await removeFromImage(client, change);
    },
    async (tags, choice) => (await import("../tasks/remove-everywhere.ts")).removal(tags, choice),
  );
  return withExamples(command, [
    ["remove debian-13 old", "Remove a tag from one image"],
    ["remove --everywhere old --dry-run", "See from which images a tag would go"],
    ["remove --everywhere old --owner 5c8f…", "Remove it from all images of a project"],
    ["remove debian-13 -- -x", "Remove a tag that looks like an option"],
  ]);
}
