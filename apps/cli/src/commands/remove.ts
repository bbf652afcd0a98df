import { Command } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { ASKS_ABOVE } from "../options/asks-above.ts";
import { concurrencyOption, USUAL_CONCURRENCY } from "../options/concurrency-option.ts";
import { givenImageOptions, readImageChoice } from "../options/image-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { clientFor } from "./client-for.ts";
import { withExamples } from "./examples.ts";
import { withImageOptions } from "./with-image-options.ts";

/** `imagetags remove` */
export function removeCommand() {
  const command = new Command("remove")
    .description("Remove tags from one image, or from every image that bears them.")
    .usage("[options] IMAGE TAG...\n       imagetags remove [options] --everywhere TAG...")
    .argument("<WORDS...>", "an image, by its id or its only name, and the tags to remove")
    .option("--everywhere", "from all images that bear a TAG, hidden ones too")
    .option("--dry-run", "only show what would be removed")
    .option("--yes", `do not ask before more than ${ASKS_ABOVE} removals`)
    .addOption(concurrencyOption())
    .action(async (words, options, self) => {
      const { everywhere = false, dryRun = false, yes = false, concurrency } = options;
      const choice = readImageChoice(self);
      const format = readOutputFormat(self);
      if (everywhere) {
        const client = await clientFor(self);
        const { removeEverywhere } = await import("../tasks/remove-everywhere.ts");
        process.exitCode = await removeEverywhere(client, {
          tags: words,
          choice,
          dryRun,
          yes,
          format,
          concurrency: concurrency ?? USUAL_CONCURRENCY,
        });
        return;
      }
      const misplaced = [
        ...(yes ? ["--yes"] : []),
        ...(concurrency === undefined ? [] : ["--concurrency"]),
        ...givenImageOptions(self),
      ].at(0);
      if (misplaced !== undefined) throw new UsageError(`${misplaced} goes with --everywhere.`);
      const [image, ...tags] = words;
      if (image === undefined || tags.length === 0)
        throw new UsageError("Give an image and the tags to remove from it.");
      const client = await clientFor(self);
      const { removeFromImage } = await import("../tasks/remove-from-image.ts");
      process.exitCode = await removeFromImage(client, { image, tags, dryRun, format });
    });
  return withExamples(withImageOptions(command), [
    ["remove debian-13 old", "Remove a tag from one image"],
    ["remove --everywhere old --dry-run", "See from which images a tag would go"],
    ["remove --everywhere old --owner 5c8f…", "Remove it from all images of a project"],
    ["remove debian-13 -- -x", "Remove a tag that looks like an option"],
  ]);
}
