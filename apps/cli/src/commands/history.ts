import { Command, Option } from "@commander-js/extra-typings";
import { withExamples } from "../help/examples.ts";
import { eventOptions, readEventChoice } from "../options/event-options.ts";
import { columnOption, readOutputFormat } from "../options/output-options.ts";
import { nonEmpty, wholeNumber } from "../options/values.ts";
import { onCloud } from "./on-cloud.ts";

const COLUMNS = [
  "time",
  "action",
  "tag",
  "image_id",
  "user_id",
  "project_id",
  "roles",
  "request_id",
  "application_credential_id",
  "trust_id",
  "id",
];
const USUAL = ["time", "action", "tag", "image_id", "user_id"];

/** `imagetags history` */
export function historyCommand() {
  const command = new Command("history")
    .summary("Show who added and removed which tag, and when.")
    .description(
      "Show who added and removed which tag, and when, newest first: of one image, or of all that you may see, and of " +
        "deleted ones of your project.",
    )
    .argument("[IMAGE]", "its id, or its name where no other image has it", nonEmpty)
    .addOption(new Option("--tag <TAG>", "of this tag").argParser(nonEmpty))
    .addOption(new Option("--action <ACTION>", "what was done").choices(["added", "removed"] as const))
    .addOption(columnOption(COLUMNS))
    .addOption(
      new Option("--limit <NUMBER>", "at most so many").argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
    );
  for (const option of eventOptions()) command.addOption(option);
  command.action(async (image, { tag, action, limit, column }, self) => {
    const format = readOutputFormat(self);
    const columns = column ?? (format === "table" ? USUAL : COLUMNS);
    const filter = { ...readEventChoice(self), tag, action };
    await onCloud(self, async (client) => {
      const { showHistory } = await import("../tasks/show-history.ts");
      return await showHistory(client, { image, filter, limit, columns, format });
    });
  });
  return withExamples(command, [
    ["history debian-13", "What became of the tags of an image"],
    ["history --tag production --since 2h", "Who touched a tag in the last two hours"],
    ["history --user 5c8f… --action removed -o csv", "What a user removed, for a program"],
  ]);
}
