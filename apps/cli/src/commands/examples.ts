import type { Command, OptionValues } from "@commander-js/extra-typings";

/** Adds examples to a command's help: what follows `imagetags`, and what it does. */
export function withExamples<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
  examples: readonly (readonly [string, string])[],
) {
  const lines = examples.map(([args, meaning]) => `  # ${meaning}\n  imagetags ${args}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n\n")}`);
}
