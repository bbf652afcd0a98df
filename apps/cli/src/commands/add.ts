import { Command } from "@commander-js/extra-typings";
import { onOneOrEverywhere } from "./one-or-everywhere.ts";
import { withExamples } from "../help/examples.ts";

/** `imagetags add` */
export function addCommand() {
  const command = onOneOrEverywhere(
    new Command("add")
      .summary("Add tags to one image, or to every image that you choose.")
      .description(
        "Add tags to one image, or to every image that you choose. A tag that an image bears already stays.",
      ),
    { everywhere: "to all images that lack a TAG, hidden ones too" },
    async (client, change) => {
      const { addTags } = await import("../tasks/add-tags.ts");
      return await addTags(client, change);
    },
    async (tags, choice) => (await import("../tasks/add-everywhere.ts")).addition(tags, choice),
  );
  return withExamples(command, [
    ["add debian-13 production 'a b'", "Add two tags to one image"],
    ["add --everywhere archived --property os_distro=debian", "Add one to all images of a distribution"],
  ]);
}
