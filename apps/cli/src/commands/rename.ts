import { Command } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { everywhereOptions, readEverywhereOptions } from "../options/everywhere-options.ts";
import { readImageChoice, withImageOptions } from "../options/image-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { nonEmpty } from "../options/values.ts";
import { withExamples } from "../help/examples.ts";
import { onCloud } from "./on-cloud.ts";

/** `imagetags rename` */
export function renameCommand() {
  const command = new Command("rename")
    .summary("Rename a tag on every image that bears it.")
    .description(
      "Rename a tag on every image that bears it: the new tag is added before the old one is removed. " +
        "When it was stopped, running it again does the rest.",
    )
    .argument("<OLD>", "the tag that goes", nonEmpty)
    .argument("<NEW>", "the tag that comes in its place", nonEmpty)
    .action(async (old, name, _options, self) => {
      if (old === name) throw new UsageError("The old tag and the new one are the same.");
      const choice = readImageChoice(self);
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const [{ changeEverywhere }, { renaming }] = await Promise.all([
          import("../tasks/everywhere.ts"),
          import("../tasks/rename-everywhere.ts"),
        ]);
        const options = { ...readEverywhereOptions(self), format };
        return await changeEverywhere(client, renaming(old, name, choice), options);
      });
    });
  for (const option of everywhereOptions()) command.addOption(option);
  return withExamples(withImageOptions(command), [
    ["rename prod production --dry-run", "See which images would change"],
    ["rename prod production", "Rename a tag wherever it is"],
    ["rename prod production --owner 5c8f…", "Rename it on the images of a project"],
  ]);
}
