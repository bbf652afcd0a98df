import { InvalidArgumentError } from "@commander-js/extra-typings";

/** The longest delay of a timer in seconds. */
const LONGEST_SECONDS = (2 ** 31 - 1) / 1000;

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    const upTo = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${upTo}.`);
  };
}

/** Reads seconds, with or without a fraction, and gives milliseconds. */
export function seconds(text: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && number <= LONGEST_SECONDS) return number * 1000;
  throw new InvalidArgumentError("It must be a number of seconds over 0.");
}

/** Reads text that is not empty. An empty argument is most often a shell variable that is not set. */
export function nonEmpty(value: string): string {
  if (value === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}

/** Gathers what a repeated option or argument is given. */
export function gathered(value: string, before: readonly string[] = []): string[] {
  return [...before, nonEmpty(value)];
}
