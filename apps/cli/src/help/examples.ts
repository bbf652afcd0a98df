import type { Command, CommandUnknownOpts, OptionValues } from "@commander-js/extra-typings";

/** What follows `imagetags`, and what it does. */
export type Example = readonly [args: string, meaning: string];

const known = new WeakMap<object, readonly Example[]>();

/** Gives a command examples, for its help and its manual page. */
export function withExamples<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
  examples: readonly Example[],
) {
  known.set(command, examples);
  return command;
}

/** The examples of a command. */
export function examplesOf(command: CommandUnknownOpts): readonly Example[] {
  return known.get(command) ?? [];
}
