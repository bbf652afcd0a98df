import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { SortKey } from "@imagetags/client";
import { readImageChoice, withImageOptions } from "../options/image-options.ts";
import { columnOption, readOutputFormat } from "../options/output-options.ts";
import { wholeNumber } from "../options/values.ts";
import { withExamples } from "../help/examples.ts";
import { onCloud } from "./on-cloud.ts";

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
const LONG_COLUMNS = [
  "id",
  "name",
  "status",
  "visibility",
  "protected",
  "owner",
  "disk_format",
  "container_format",
  "size",
  "created_at",
  "updated_at",
  "tags",
];

/** The keys of the contract. Only its types are imported, because it takes time to load. */
const SORT_KEYS = Object.keys({
  name: true,
  status: true,
  container_format: true,
  disk_format: true,
  size: true,
  id: true,
  created_at: true,
  updated_at: true,
} satisfies Record<SortKey, true>);

/** `imagetags list` */
export function listCommand() {
  const command = new Command("list")
    .description("List images with their tags.")
    .option("--limit <NUMBER>", "at most so many images", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option("--sort <KEY[:asc|:desc],...>", "in this order (default: created_at:desc)", sortOrder)
    .addOption(new Option("--long", "more columns").conflicts("column"))
    .addOption(columnOption(COLUMNS))
    .action(async (options, self) => {
      const { limit, sort, long = false, column = long ? LONG_COLUMNS : USUAL_COLUMNS } = options;
      const choice = readImageChoice(self);
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const { listImages } = await import("../tasks/list-images.ts");
        return await listImages(client, { choice, limit, sort, columns: column, format });
      });
    });
  return withExamples(withImageOptions(command), [
    ["list --tag production --not-tag tested", "Images with one tag and without another"],
    ["list --property os_distro=debian --sort name", "Those of a distribution, by name"],
    ["list --tag old -o value -c id", "Their ids, one in each line"],
  ]);
}

/** Keys with commas between, each with a direction after a colon or ascending: `name,size:desc`. */
function sortOrder(text: string): string {
  const keys = text.split(",").map((part) => {
    const [key = "", direction = "asc", ...rest] = part.split(":");
    if (!SORT_KEYS.includes(key)) throw new InvalidArgumentError(`The keys are ${SORT_KEYS.join(", ")}.`);
    if (rest.length > 0 || !["asc", "desc"].includes(direction)) {
      throw new InvalidArgumentError("The directions are asc and desc.");
    }
    return `${key}:${direction}`;
  });
  return keys.join(",");
}
