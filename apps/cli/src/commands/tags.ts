import { Command } from "@commander-js/extra-typings";
import { readImageChoice, withImageOptions } from "../options/image-options.ts";
import { columnOption, readOutputFormat } from "../options/output-options.ts";
import { withExamples } from "../help/examples.ts";
import { onCloud } from "./on-cloud.ts";

const COLUMNS = ["tag", "images"];

/** `imagetags tags` */
export function tagsCommand() {
  const command = new Command("tags")
    .summary("List the tags, each with how many images bear it.")
    .description("List the tags, each with how many images bear it. Hidden images count too.")
    .addOption(columnOption(COLUMNS))
    .action(async ({ column: columns = COLUMNS }, self) => {
      const choice = readImageChoice(self);
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const { countTags } = await import("../tasks/count-tags.ts");
        return await countTags(client, { choice, columns, format });
      });
    });
  return withExamples(withImageOptions(command), [
    ["tags", "All tags, the most frequent first"],
    ["tags --tag production -o value -c tag", "What images with one tag bear besides"],
  ]);
}
