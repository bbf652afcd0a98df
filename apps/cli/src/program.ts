import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { addCommand } from "./commands/add.ts";
import { completeCommand } from "./commands/complete.ts";
import { completionCommand } from "./commands/completion.ts";
import { listCommand } from "./commands/list.ts";
import { removeCommand } from "./commands/remove.ts";
import { showCommand } from "./commands/show.ts";
import { tagsCommand } from "./commands/tags.ts";
import { cloudOptions, openstackOptions } from "./options/cloud-options.ts";
import { outputOption } from "./options/output-options.ts";
import { version } from "./version.ts";

const AFTER_HELP = `
openstackclient's options are taken too:
${columnsOf(openstackOptions().map(({ long }) => long ?? ""))}

Where no option says which cloud, the environment does: IMAGETAGS_ENDPOINT with
IMAGETAGS_TOKEN or IMAGETAGS_TOKEN_FILE, or OS_CLOUD and openstackclient's other
variables.

Examples:
  # Images of a cloud of clouds.yaml that bear a tag
  imagetags --os-cloud mycloud list --tag production

  # Remove a tag wherever it is, after a look at what would go
  imagetags remove --everywhere old --dry-run
  imagetags remove --everywhere old

Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 ended by Ctrl-C.`;

/** The command line: every command, and options that may stand before a command's name or after it. */
export function createProgram(): CommandUnknownOpts {
  const program = withSharedOptions(new Command("imagetags"))
    .description("The image tags of an OpenStack cloud: list, add and remove them.")
    .version(version(), "-V, --version", "print the version")
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText("after", AFTER_HELP);
  const commands: CommandUnknownOpts[] = [
    listCommand(),
    showCommand(),
    tagsCommand(),
    addCommand(),
    removeCommand(),
  ];
  for (const command of commands) {
    withSharedOptions(command).addHelpText("after", "\nHow to say which cloud: imagetags --help");
    for (const option of cloudOptions()) command.addOption(option.hideHelp());
  }
  for (const command of [...commands, completionCommand()]) {
    program.addCommand(command.helpOption("-h, --help", "print this text"));
  }
  program.addCommand(completeCommand(createProgram), { hidden: true });
  for (const option of cloudOptions()) {
    const isTold = openstackOptions().every(({ long }) => long !== option.long);
    program.addOption(option.helpGroup("Which cloud, with every command:").hideHelp(!isTold));
  }
  return program;
}

function withSharedOptions(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.addOption(outputOption()).helpOption("-h, --help", "print this text");
}

/** Words in two columns. */
function columnsOf(words: readonly string[]): string {
  const half = Math.ceil(words.length / 2);
  const width = Math.max(...words.map((word) => word.length)) + 2;
  return Array.from({ length: half }, (_, row) =>
    `  ${(words[row] ?? "").padEnd(width)}${words[row + half] ?? ""}`.trimEnd(),
  ).join("\n");
}
