import { Command } from "@commander-js/extra-typings";
import { columnOption } from "../options/column-option.ts";
import { readImageChoice } from "../options/image-options.ts";
import { wholeNumber } from "../options/numbers.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { clientFor } from "./client-for.ts";
import { withExamples } from "./examples.ts";
import { withImageOptions } from "./with-image-options.ts";

const COLUMNS = [
  "id",
  "name",
  "status",
  "visibility",
  "owner",
  "tags",
  "protected",
  "os_hidden",
  "size",
  "virtual_size",
  "disk_format",
  "container_format",
  "min_disk",
  "min_ram",
  "checksum",
  "os_hash_algo",
  "os_hash_value",
  "created_at",
  "updated_at",
];
const USUAL_COLUMNS = ["id", "name", "status", "visibility", "tags"];

/** `imagetags list` */
export function listCommand() {
  const command = new Command("list")
    .description("List images with their tags.")
    .option("--limit <NUMBER>", "at most so many images", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addOption(columnOption(COLUMNS))
    .action(async (options, self) => {
      const client = await clientFor(self);
      const { listImages } = await import("../tasks/list-images.ts");
      const { limit, column: columns = USUAL_COLUMNS } = options;
      const choice = readImageChoice(self);
      process.exitCode = await listImages(client, { choice, limit, columns, format: readOutputFormat(self) });
    });
  return withExamples(withImageOptions(command), [
    ["list --tag production --not-tag tested", "Images with one tag and without another"],
    ["list --tag old -o value -c id", "Their ids, one in each line"],
  ]);
}
