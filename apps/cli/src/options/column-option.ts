import { InvalidArgumentError, Option } from "@commander-js/extra-typings";

/** Which columns to print, in the order in which they are given. */
export function columnOption(columns: readonly string[]) {
  const choice = new Option("-c, --column <NAME>", "only this column; may be repeated").choices(columns);
  return choice.argParser((name: string, before: readonly string[] | undefined): string[] => {
    if (columns.includes(name)) return [...(before ?? []), name];
    throw new InvalidArgumentError(`The columns are ${columns.join(", ")}.`);
  });
}
