import { ConfigError } from "../../config/config.ts";

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR };

/** A request under way may not have seen a younger row yet. */
const SHORTEST = HOUR;
/** A hundred years. */
const LONGEST = 36_500 * 24 * HOUR;

/** Reads an age such as `30d` or `12h`, in milliseconds. Throws a {@link ConfigError}. */
export function parseAge(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  const age = Number(digits) * (UNITS[unit] ?? 0);
  if (age >= SHORTEST && age <= LONGEST) return age;
  throw new ConfigError(
    `--older-than must be a number of days or hours, such as 30d or 12h, from 1h to 36500d, not "${text}".`,
  );
}
