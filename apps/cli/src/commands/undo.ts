import { Command, Option } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { withExamples } from "../help/examples.ts";
import { eventOptions, readEventChoice } from "../options/event-options.ts";
import { everywhereOptions, readEverywhereOptions } from "../options/everywhere-options.ts";
import { readOutputFormat } from "../options/output-options.ts";
import { gathered, nonEmpty } from "../options/values.ts";
import { onCloud } from "./on-cloud.ts";

/** `imagetags undo` */
export function undoCommand() {
  const command = new Command("undo")
    .summary("Bring tags back to what they were.")
    .description(
      "Bring tags back to what they were: those that were removed are added again, those that were added are removed. " +
        "What somebody changed since is left alone.",
    )
    .addOption(new Option("--tag <TAG>", "of this tag; repeated: of each").argParser(gathered))
    .addOption(
      new Option("--image <IMAGE>", "of this image, by its id or its only name").argParser(nonEmpty),
    );
  for (const option of [...eventOptions(), ...everywhereOptions()]) command.addOption(option);
  command.action(async ({ tag: tags = [], image }, self) => {
    const choice = readEventChoice(self);
    if (choice.since === undefined && choice.request === undefined)
      throw new UsageError("Give --since, such as --since 2h, or --request.");
    const options = { ...readEverywhereOptions(self), format: readOutputFormat(self) };
    await onCloud(self, async (client) => {
      const [{ changeEverywhere }, { undoing }] = await Promise.all([
        import("../tasks/everywhere.ts"),
        import("../tasks/undo-changes.ts"),
      ]);
      return await changeEverywhere(client, undoing({ ...choice, tags, image }), options);
    });
  });
  return withExamples(command, [
    ["undo --since 2h --tag production --dry-run", "See what would be brought back"],
    ["undo --request req-5c8f…", "Undo all that a command did, as it says at its end"],
    ["undo --since 2h --tag production", "Bring a tag back where it was removed, and the other way round"],
    [
      "undo --since 2026-11-28T10:00Z --until 2026-11-28T10:05Z --user 5c8f…",
      "Undo what a user did in five minutes",
    ],
  ]);
}
