import type { Command } from "@commander-js/extra-typings";
import type { Client } from "@imagetags/client";
import { UsageError } from "../exit-code.ts";
import {
  everywhereOptions,
  readEverywhereOptions,
  refuseEverywhereOptions,
} from "../options/everywhere-options.ts";
import { readImageChoice, withImageOptions, type ImageChoice } from "../options/image-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { gathered } from "../options/values.ts";
import type { ChangeKind } from "../tasks/change-kind.ts";
import type { OneImage } from "../tasks/one-image.ts";
import { onCloud } from "./on-cloud.ts";

/** Makes a command take `IMAGE TAG...`, or with `--everywhere` just `TAG...` and which images. */
export function onOneOrEverywhere(
  command: Command,
  { everywhere: meaning }: { readonly everywhere: string },
  one: (client: Client, change: OneImage) => Promise<number>,
  kindOf: (tags: readonly string[], choice: ImageChoice) => Promise<ChangeKind>,
) {
  const name = command.name();
  const full = command
    .usage(`[options] IMAGE TAG...\n       imagetags ${name} [options] --everywhere TAG...`)
    .argument("<WORDS...>", "an image, by its id or its only name, and the tags", gathered)
    .option("--everywhere", meaning)
    .action(async (given, { everywhere = false }, self) => {
      const words: readonly string[] = given;
      const format = readOutputFormat(self);
      const options = readEverywhereOptions(self);
      if (everywhere) {
        const choice = readImageChoice(self);
        await onCloud(self, async (client) => {
          const { changeEverywhere } = await import("../tasks/everywhere.ts");
          return await changeEverywhere(client, await kindOf(words, choice), { ...options, format });
        });
        return;
      }
      refuseEverywhereOptions(self);
      const [image, ...tags] = words;
      if (image === undefined || tags.length === 0) {
        throw new UsageError(`Give an image and the tags to ${name}.`);
      }
      await onCloud(self, (client) => one(client, { image, tags, dryRun: options.dryRun, format }));
    });
  for (const option of everywhereOptions()) full.addOption(option);
  return withImageOptions(full);
}
