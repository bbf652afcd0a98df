import { Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { givenText, givenTexts, isGiven } from "./given-value.ts";
import { gathered } from "./numbers.ts";

const VISIBILITIES = ["public", "community", "shared", "private"] as const;

/** Which images a command is about; all that the caller may see where nothing is chosen. */
export interface ImageChoice {
  readonly tags: readonly string[];
  readonly notTags: readonly string[];
  readonly name: string | undefined;
  readonly owner: string | undefined;
  readonly visibility: (typeof VISIBILITIES)[number] | "all" | undefined;
  readonly status: string | undefined;
  readonly onlyHidden: boolean;
}

/** The options that say which images. */
export function imageOptions(): Option[] {
  return [
    new Option("--tag <TAG>", "that bear this tag; repeated: all of them").argParser(gathered),
    new Option("--not-tag <TAG>", "that do not bear this tag; repeated: none of them").argParser(gathered),
    new Option("--name <NAME>", "of this name"),
    new Option("--owner <PROJECT>", "of this project, by its id"),
    new Option("--visibility <KIND>", "of this visibility").choices(VISIBILITIES),
    new Option("--status <STATUS>", "of this status, such as active or queued"),
    new Option("--all", "community images of other projects too").conflicts("visibility"),
    new Option("--hidden", "the hidden images, and no others"),
  ];
}

/** Reads them. */
export function readImageChoice(command: CommandUnknownOpts): ImageChoice {
  const visibility = givenText(command, "visibility");
  return {
    tags: givenTexts(command, "tag"),
    notTags: givenTexts(command, "notTag"),
    name: givenText(command, "name"),
    owner: givenText(command, "owner"),
    visibility: isGiven(command, "all") ? "all" : VISIBILITIES.find((kind) => kind === visibility),
    status: givenText(command, "status"),
    onlyHidden: isGiven(command, "hidden"),
  };
}

/** Which of them were given, as they are written. */
export function givenImageOptions(command: CommandUnknownOpts): string[] {
  return imageOptions()
    .filter((option) => command.getOptionValue(option.attributeName()) !== undefined)
    .map(({ flags }) => flags.replace(/ .*/, ""));
}
