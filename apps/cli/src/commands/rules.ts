import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { withExamples } from "../help/examples.ts";
import { columnOption, readOutputFormat } from "../options/output-options.ts";
import { nonEmpty } from "../options/values.ts";
import { onCloud } from "./on-cloud.ts";

const COLUMNS = [
  "id",
  "scope",
  "project_id",
  "pattern",
  "forbid",
  "unless_role",
  "exempt",
  "created_at",
  "user_id",
];
const USUAL = ["id", "scope", "pattern", "forbid", "unless_role"];
const VERBS = ["add", "remove", "move"] as const;

type Verb = (typeof VERBS)[number];

/** `imagetags rules` */
export function rulesCommand() {
  const command = new Command("rules")
    .summary("List the rules about tags that must not go or come.")
    .description(
      "List the rules about tags that must not go or come: those that hold for the images of your project, the cloud's first.",
    )
    .addOption(
      new Option("--project <PROJECT>", "for those of this project, by its id; for administrators").argParser(
        nonEmpty,
      ),
    )
    .addOption(columnOption(COLUMNS))
    .action(async ({ project, column }, self) => {
      const format = readOutputFormat(self);
      const columns = column ?? (format === "table" ? USUAL : COLUMNS);
      await onCloud(self, async (client) => {
        const { showRules } = await import("../tasks/tag-rules.ts");
        return await showRules(client, { project, columns, format });
      });
    });
  return withExamples(command, [
    ["rules", "What holds for the images of your project"],
    ["rules -o json", "The same, with who made each, for a program"],
  ]);
}

/** `imagetags protect` */
export function protectCommand() {
  const command = new Command("protect")
    .summary("Make a rule about tags that must not go or come.")
    .description(
      "Make a rule about tags that must not be removed, moved or added, of the images of your project. It holds from then on, for " +
        "whoever lacks the role that it excepts. Deleting an image removes its tags too.",
    )
    .argument(
      "<PATTERN>",
      "which tags: * stands for any text, ? for one character, and a backslash before either for itself",
      nonEmpty,
    )
    .addOption(
      new Option(
        "--forbid <WHAT>",
        "remove, move or add; several with commas between, or repeated; remove,move when absent",
      ).argParser(verbs),
    )
    .addOption(new Option("--unless-role <ROLE>", "but to bearers of this role").argParser(nonEmpty))
    .addOption(
      new Option(
        "--project <PROJECT>",
        "of the images of this project, by its id; for administrators",
      ).argParser(nonEmpty),
    )
    .addOption(
      new Option("--cloud", "of the images of all projects; for administrators").conflicts("project"),
    )
    .action(async (pattern, { forbid = ["remove", "move"], unlessRole, project, cloud = false }, self) => {
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const { protect } = await import("../tasks/tag-rules.ts");
        return await protect(client, { pattern, forbid, unlessRole, project, cloud, format });
      });
    });
  return withExamples(command, [
    ["protect 'release-*' --unless-role manager", "Let only managers take or move a release's tag"],
    ["protect certified --forbid add --unless-role admin --cloud", "Let only administrators certify images"],
    ["protect '*-lts' --forbid remove", "Let such tags be moved, so that some image always has each"],
  ]);
}

/** `imagetags unprotect` */
export function unprotectCommand() {
  const command = new Command("unprotect")
    .summary("Delete a rule about tags.")
    .description("Delete a rule about tags, by its id.")
    .argument("<RULE>", "its id", nonEmpty)
    .action(async (rule, _options, self) => {
      const format = readOutputFormat(self);
      await onCloud(self, async (client) => {
        const { unprotect } = await import("../tasks/tag-rules.ts");
        return await unprotect(client, { rule, format });
      });
    });
  return withExamples(command, [
    ["unprotect 019c3a52-7c00-7000-8000-000000000000", "Delete a rule that imagetags rules shows"],
  ]);
}

/** Reads what is forbidden. */
function verbs(text: string, before: Verb[] = []): Verb[] {
  const words = text.split(",").map((word) => VERBS.find((verb) => verb === word));
  const known = words.filter((word) => word !== undefined);
  if (known.length < words.length) throw new InvalidArgumentError(`It must be of ${VERBS.join(", ")}.`);
  return [...new Set([...before, ...known])];
}
