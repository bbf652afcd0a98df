import { Command } from "@commander-js/extra-typings";
import { readOutputFormat } from "../options/output-options.ts";
import { gathered, nonEmpty } from "../options/values.ts";
import { withExamples } from "../help/examples.ts";
import { onCloud } from "./on-cloud.ts";

/** `imagetags show` */
export function showCommand() {
  const command = new Command("show")
    .description("Show one image.")
    .argument("<IMAGE>", "its id, or its name where no other image has it", nonEmpty)
    .option("-c, --column <NAME>", "only this field or property; may be repeated", gathered)
    .action(async (image, { column: columns = [] }, self) => {
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const { showImage } = await import("../tasks/show-image.ts");
        return await showImage(client, { image, columns, format });
      });
    });
  return withExamples(command, [
    ["show debian-13", "All that is known of an image"],
    ["show debian-13 -o json -c tags", "Its tags, for a program"],
  ]);
}
