import { InvalidArgumentError, Option, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { OUTPUT_FORMATS, type OutputFormat } from "../output/output-format.ts";
import { givenValue } from "./given-value.ts";

/** How results are written. */
export function outputOption(): Option {
  return new Option("-o, --output <FORMAT>", "how to write the result (default: table)").choices(
    OUTPUT_FORMATS,
  );
}

/** Reads it. */
export function readOutputFormat(command: CommandUnknownOpts): OutputFormat {
  const given = givenValue(command, "output");
  return OUTPUT_FORMATS.find((format) => format === given) ?? "table";
}

/** Which columns to print, in the order in which they are given. */
export function columnOption(columns: readonly string[]) {
  const choice = new Option("-c, --column <NAME>", "only this column; may be repeated").choices(columns);
  return choice.argParser((name: string, before: readonly string[] | undefined): string[] => {
    if (columns.includes(name)) return [...(before ?? []), name];
    throw new InvalidArgumentError(`The columns are ${columns.join(", ")}.`);
  });
}
