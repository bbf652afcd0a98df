import { Command } from "@commander-js/extra-typings";
import { gathered } from "../options/numbers.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { clientFor } from "./client-for.ts";
import { withExamples } from "./examples.ts";

/** `imagetags show` */
export function showCommand() {
  const command = new Command("show")
    .description("Show one image.")
    .argument("<IMAGE>", "its id, or its name where no other image has it")
    .option("-c, --column <NAME>", "only this field or property; may be repeated", gathered)
    .action(async (image, { column: columns = [] }, self) => {
      const client = await clientFor(self);
      const { showImage } = await import("../tasks/show-image.ts");
      process.exitCode = await showImage(client, { image, columns, format: readOutputFormat(self) });
    });
  return withExamples(command, [
    ["show debian-13", "All that is known of an image"],
    ["show debian-13 -o json -c tags", "Its tags, for a program"],
  ]);
}
