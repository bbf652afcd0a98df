import type { Command, OptionValues } from "@commander-js/extra-typings";
import { imageOptions } from "../options/image-options.ts";

/** Adds the options that say which images. */
export function withImageOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
): Command<A, O, G> {
  for (const option of imageOptions()) command.addOption(option.helpGroup("Which images:"));
  return command;
}
