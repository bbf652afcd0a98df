import { Command } from "@commander-js/extra-typings";
import { columnOption } from "../options/column-option.ts";
import { readImageChoice } from "../options/image-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { clientFor } from "./client-for.ts";
import { withExamples } from "./examples.ts";
import { withImageOptions } from "./with-image-options.ts";

const COLUMNS = ["tag", "images"];

/** `imagetags tags` */
export function tagsCommand() {
  const command = new Command("tags")
    .description("List the tags, each with how many images bear it. Hidden images count too.")
    .addOption(columnOption(COLUMNS))
    .action(async (options, self) => {
      const client = await clientFor(self);
      const { countTags } = await import("../tasks/count-tags.ts");
      const { column: columns = COLUMNS } = options;
      process.exitCode = await countTags(client, {
        choice: readImageChoice(self),
        columns,
        format: readOutputFormat(self),
      });
    });
  return withExamples(withImageOptions(command), [
    ["tags", "All tags, the most frequent first"],
    ["tags --tag production -o value -c tag", "What images with one tag bear besides"],
  ]);
}
