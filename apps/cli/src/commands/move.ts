import { Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { withExamples } from "../help/examples.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { nonEmpty } from "../options/values.ts";
import { onCloud } from "./on-cloud.ts";

/** `imagetags move` */
export function moveCommand() {
  const command = new Command("move")
    .summary("Move a tag to one image, from those that bear it.")
    .description(
      "Move a tag to one image, from the images of its project that bear it, all at once: whoever looks the tag up finds one " +
        "image, before and after. With --back the last move is taken back, by the history.",
    )
    .argument("<TAG>", "the tag", nonEmpty)
    .addOption(
      new Option("--to <IMAGE>", "to this image, by its id or its only name")
        .argParser(nonEmpty)
        .conflicts("back"),
    )
    .addOption(
      new Option("--from <IMAGE>", "only if this image bears it now, and no other of the project").argParser(
        nonEmpty,
      ),
    )
    .addOption(new Option("--back", "to where the last move took it from"))
    .addOption(new Option("--yes", "do not ask before moving it back"));
  command.action(async (tag, { to, from, back = false, yes = false }, self) => {
    if (!back && to === undefined) throw new UsageError("Give --to IMAGE, or --back.");
    if (!back && yes) throw new UsageError("--yes goes with --back.");
    const format = readOutputFormat(self);
    await onCloud(self, async (client) => {
      const { moveBack, moveTo } = await import("../tasks/move-tag.ts");
      return to === undefined
        ? await moveBack(client, { tag, from, yes, format })
        : await moveTo(client, { tag, to, from, format });
    });
  });
  return withExamples(command, [
    ["move amphora --to amphora-2026-11", "Hand a tag on to a newer image"],
    ["move amphora --to amphora-2026-11 --from amphora-2026-10", "The same, if it is where you think it is"],
    ["move amphora --back", "Hand it back to the older one"],
  ]);
}
