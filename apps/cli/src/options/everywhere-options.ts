import { Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { UsageError } from "../exit-code.ts";
import { isGiven } from "./given-value.ts";
import { givenImageOptions } from "./image-options.ts";
import { wholeNumber } from "./values.ts";

/** The most changes that are made without a question. */
export const ASKS_ABOVE = 1000;

const USUAL_CONCURRENCY = 8;

/** How many images are changed, and what is asked before. */
export interface EverywhereOptions {
  readonly dryRun: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly concurrency: number;
}

/** Only tell what would be done. */
export function dryRunOption(): Option {
  return new Option("--dry-run", "only show what would be changed");
}

/** The options of a change of many images. */
export function everywhereOptions(): Option[] {
  const meaning = `how many changes are under way at once (default: ${USUAL_CONCURRENCY})`;
  return [
    dryRunOption(),
    new Option("--yes", `do not ask before more than ${ASKS_ABOVE} changes`),
    new Option("--concurrency <NUMBER>", meaning).argParser(wholeNumber(1, 100)),
  ];
}

/** Reads them. */
export function readEverywhereOptions(command: CommandUnknownOpts): EverywhereOptions {
  const concurrency: unknown = command.getOptionValue("concurrency");
  return {
    dryRun: isGiven(command, "dryRun"),
    yes: isGiven(command, "yes"),
    concurrency: typeof concurrency === "number" ? concurrency : USUAL_CONCURRENCY,
  };
}

/**
 * Refuses the options that mean nothing for one image.
 *
 * @throws {UsageError} when such an option was given
 */
export function refuseEverywhereOptions(command: CommandUnknownOpts): void {
  const given = ["yes", "concurrency"].filter((name) => command.getOptionValue(name) !== undefined);
  const [misplaced] = [...given.map((name) => `--${name}`), ...givenImageOptions(command)];
  if (misplaced !== undefined) throw new UsageError(`${misplaced} goes with --everywhere.`);
}
