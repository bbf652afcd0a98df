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

const AGE_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** About a hundred years. */
const LONGEST_AGE = 36_500 * 86_400_000;
const ISO_TIME =
  /^\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Reads an age, such as `2h`, or a time as ISO 8601 writes it, and gives the time for a server. */
export function moment(text: string): string {
  const [, digits = "", unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const age = Number(digits) * (AGE_UNITS[unit] ?? Number.NaN);
  if (age <= LONGEST_AGE) return new Date(Date.now() - age).toISOString();
  if (ISO_TIME.test(text) && !Number.isNaN(Date.parse(text.replace(" ", "T")))) return text.replace(" ", "T");
  throw new InvalidArgumentError(
    "It must be an age, such as 30m, 2h or 7d, or a time, such as 2031-05-09T10:20Z.",
  );
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
