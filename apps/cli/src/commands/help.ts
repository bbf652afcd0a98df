import { Command } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { withExamples } from "../help/examples.ts";

/** `imagetags help` */
export function helpCommand() {
  const command = new Command("help")
    .description("Print how a command is used.")
    .argument("[COMMAND]", "the command; all of them where none is named")
    .action((name, _options, self) => {
      const program = self.parent;
      const named = program?.commands.find((candidate) => candidate.name() === name);
      const wanted = name === undefined ? program : named;
      if (wanted === undefined || wanted === null) throw new UsageError(`There is no command ${name}.`);
      wanted.outputHelp();
    });
  return withExamples(command, [["help remove", "How remove is used"]]);
}
