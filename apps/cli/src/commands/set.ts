import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { dryRunOption, readEverywhereOptions } from "../options/everywhere-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { gathered, nonEmpty } from "../options/values.ts";
import { withExamples } from "../help/examples.ts";
import { onCloud } from "./on-cloud.ts";

/** `imagetags set` */
export function setCommand() {
  const command = new Command("set")
    .description("Give an image exactly these tags, at once; all others go.")
    .argument("<IMAGE>", "its id, or its name where no other image has it", nonEmpty)
    .argument("<TAG...>", "all tags that it is to bear", gathered)
    .addOption(dryRunOption())
    .action((image, tags, _options, self) => replace(self, image, tags));
  return withExamples(command, [
    ["set debian-13 production tested", "Two tags, and no others"],
    ["set debian-13 production --dry-run", "See which tags would come and go"],
  ]);
}

/** `imagetags clear` */
export function clearCommand() {
  const command = new Command("clear")
    .description("Remove all tags of an image, at once.")
    .argument("<IMAGE>", "its id, or its name where no other image has it", nonEmpty)
    .addOption(dryRunOption())
    .action((image, _options, self) => replace(self, image, []));
  return withExamples(command, [["clear debian-13", "Leave an image without tags"]]);
}

async function replace(command: CommandUnknownOpts, image: string, tags: readonly string[]): Promise<void> {
  const { dryRun } = readEverywhereOptions(command);
  const format = readOutputFormat(command);
  await onCloud(command, async (client) => {
    const { setTags } = await import("../tasks/set-tags.ts");
    return await setTags(client, { image, tags, dryRun, format });
  });
}
