import { Argument, Command } from "@commander-js/extra-typings";
import { COMPLETION_SCRIPTS, SHELLS } from "../completion/scripts.ts";
import { withExamples } from "../help/examples.ts";

/** `imagetags completion` */
export function completionCommand() {
  const command = new Command("completion")
    .description("Print what makes a shell complete this command.")
    .addArgument(new Argument("<SHELL>", "the shell").choices(SHELLS))
    .action((shell) => {
      process.stdout.write(COMPLETION_SCRIPTS[shell]);
    });
  return withExamples(command, [
    ["completion bash >> ~/.bashrc", "In bash, from the next start on"],
    ["completion fish > ~/.config/fish/completions/imagetags.fish", "In fish"],
  ]);
}
