import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { addCommand } from "./commands/add.ts";
import { completeCommand } from "./commands/complete.ts";
import { completionCommand } from "./commands/completion.ts";
import { helpCommand } from "./commands/help.ts";
import { historyCommand } from "./commands/history.ts";
import { listCommand } from "./commands/list.ts";
import { moveCommand } from "./commands/move.ts";
import { removeCommand } from "./commands/remove.ts";
import { renameCommand } from "./commands/rename.ts";
import { clearCommand, setCommand } from "./commands/set.ts";
import { showCommand } from "./commands/show.ts";
import { tagsCommand } from "./commands/tags.ts";
import { undoCommand } from "./commands/undo.ts";
import { versionCommand } from "./commands/version.ts";
import { withExamples } from "./help/examples.ts";
import { layOutHelp } from "./help/help-layout.ts";
import { cloudOptions, openstackOptions } from "./options/cloud-options.ts";
import { outputOption } from "./options/output-options.ts";
import { reportOptions } from "./options/report-options.ts";
import { version } from "./package-version.ts";

/** The command line: every command, and options that may stand before a command's name or after it. */
export function createProgram(): CommandUnknownOpts {
  const program: CommandUnknownOpts = withExamples(new Command("imagetags"), [
    ["--os-cloud mycloud list --tag production", "Images of a cloud of clouds.yaml that bear a tag"],
    ["remove --everywhere old --dry-run", "See from which images a tag would go"],
    ["remove --everywhere old", "Remove it wherever it is"],
  ]);
  program
    .description(
      "The image tags of an OpenStack cloud: list, add, remove, rename and move them, and see what became of them.",
    )
    .version(version(), "-V, --version", "print the version")
    .helpCommand(false)
    .enablePositionalOptions()
    .addOption(outputOption());
  const onClouds: CommandUnknownOpts[] = [
    listCommand(),
    showCommand(),
    tagsCommand(),
    addCommand(),
    removeCommand(),
    setCommand(),
    clearCommand(),
    renameCommand(),
    moveCommand(),
    historyCommand(),
    undoCommand(),
  ];
  for (const command of onClouds) {
    command.addOption(outputOption());
    for (const option of [...reportOptions(), ...cloudOptions()]) command.addOption(option.hideHelp());
  }
  for (const command of [...onClouds, completionCommand(), helpCommand(), versionCommand()]) {
    program.addCommand(command);
  }
  program.addCommand(completeCommand(createProgram), { hidden: true });
  for (const option of reportOptions())
    program.addOption(option.helpGroup("How much is told, with every command:"));
  for (const option of cloudOptions()) {
    const isTold = openstackOptions().every(({ long }) => long !== option.long);
    program.addOption(option.helpGroup("Which cloud, with every command:").hideHelp(!isTold));
  }
  for (const command of [program, ...program.commands]) {
    command.helpOption("-h, --help", "print this text");
    layOutHelp(command);
  }
  return program;
}
