import {
  InvalidArgumentError,
  Option,
  type Command,
  type CommandUnknownOpts,
  type OptionValues,
} from "@commander-js/extra-typings";
import { givenText, givenTexts, isGiven } from "./given-value.ts";
import { gathered, nonEmpty } from "./values.ts";

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
  /** Fields and properties with the values that an image must have. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

/** The names that a list's query does not take for a property, or that have an option of their own. */
const NO_PROPERTIES: ReadonlySet<string> = new Set([
  "limit",
  "marker",
  "sort",
  "sort_key",
  "sort_dir",
  "tag",
  "tags",
  "tags-any",
  "not-tags",
  "not-tags-any",
  "name",
  "owner",
  "visibility",
  "status",
  "os_hidden",
  "member_status",
  "size_min",
  "size_max",
]);

/** The options that say which images. */
function imageOptions(): Option[] {
  return [
    new Option("--tag <TAG>", "that bear this tag; repeated: all of them").argParser(gathered),
    new Option("--not-tag <TAG>", "that do not bear this tag; repeated: none of them").argParser(gathered),
    new Option("--name <NAME>", "of this name").argParser(nonEmpty),
    new Option("--owner <PROJECT>", "of this project, by its id").argParser(nonEmpty),
    new Option("--visibility <KIND>", "of this visibility").choices(VISIBILITIES),
    new Option("--status <STATUS>", "of this status, such as active or queued").argParser(nonEmpty),
    new Option(
      "--property <KEY=VALUE>",
      "with this value of a property, such as os_distro=debian; repeated: all of them",
    ).argParser(property),
    new Option("--all", "community images of other projects too").conflicts("visibility"),
    new Option("--hidden", "the hidden images, and no others"),
  ];
}

/** Adds them to a command. */
export function withImageOptions<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
): Command<A, O, G> {
  for (const option of imageOptions()) command.addOption(option.helpGroup("Which images:"));
  return command;
}

function property(value: string, before: readonly string[] = []): string[] {
  const name = value.slice(0, Math.max(0, value.indexOf("=")));
  if (name === "") throw new InvalidArgumentError("It must be KEY=VALUE.");
  if (NO_PROPERTIES.has(name)) throw new InvalidArgumentError(`${name} is no property.`);
  return [...before, value];
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
    properties: givenTexts(command, "property").map((text) => {
      const at = text.indexOf("=");
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  };
}

/** Which of them were given, as they are written. */
export function givenImageOptions(command: CommandUnknownOpts): string[] {
  return imageOptions()
    .filter((option) => command.getOptionValue(option.attributeName()) !== undefined)
    .map(({ flags }) => flags.replace(/ .*/, ""));
}

/** Whether a choice leaves nothing out, but for community images of other projects. */
export function isEveryImage(choice: ImageChoice): boolean {
  return Object.values({ ...choice }).every((value) =>
    Array.isArray(value) ? value.length === 0 : value === undefined || value === false || value === "all",
  );
}
