import { Command } from "@commander-js/extra-typings";
import { readOutputFormat } from "../options/output-options.ts";
import { clientFor } from "./client-for.ts";
import { withExamples } from "./examples.ts";

/** `imagetags add` */
export function addCommand() {
  const command = new Command("add")
    .description("Add tags to one image. A tag that it bears already stays.")
    .argument("<IMAGE>", "its id, or its name where no other image has it")
    .argument("<TAG...>", "the tags to add")
    .action(async (image, tags, _options, self) => {
      const client = await clientFor(self);
      const { addTags } = await import("../tasks/add-tags.ts");
      process.exitCode = await addTags(client, { image, tags, format: readOutputFormat(self) });
    });
  return withExamples(command, [["add debian-13 production 'a b'", "Add two tags"]]);
}
