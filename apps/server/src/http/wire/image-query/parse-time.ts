/** A span of time, in microseconds since 1970. */
export interface TimeSpan {
  readonly from: bigint;
  /** The first time after it. */
  readonly until: bigint;
}

const MONTH = /^(\d{4})(?:-(\d{1,2}))?$/;
const DATE = /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|(\d{2})(\d{2}))(?:[ T](.+))?$/;
const TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{1,2})(?:[.,](\d+))?)?)?(?:Z|([+-]\d{2}):?(\d{2})?)?$/;

/**
 * Reads an ISO 8601 time in the forms that Glance takes: from a year alone to fractions of a second, UTC
 * unless an offset is given. `undefined` when it is none.
 *
 * Times are shown in whole seconds, so one without a fraction stands for its second, as on a database
 * that keeps no fractions. One with a fraction stands for its microsecond.
 * Source: oslo.utils, `parse_isotime`, which is pyiso8601's `parse_date`.
 */
export function parseTime(text: string): TimeSpan | undefined {
  const month = MONTH.exec(text);
  if (month !== null) return spanOf(instant([month[1], month[2] ?? "1", "1"]), undefined);
  const date = DATE.exec(text);
  if (date === null) return undefined;
  const [, year, dashedMonth, dashedDay, plainMonth, plainDay, clock] = date;
  const time = TIME.exec(clock ?? "00");
  if (time === null) return undefined;
  const [, hour, minute, second, fraction, zoneHour = "+00", zoneMinute] = time;
  const local = instant([year, dashedMonth ?? plainMonth, dashedDay ?? plainDay, hour, minute, second]);
  const offset = offsetOf(zoneHour, zoneMinute);
  return local === undefined || offset === undefined ? undefined : spanOf(local - offset, fraction);
}

/** Milliseconds since 1970; `undefined` when there is no such day or hour. */
function instant(parts: readonly (string | undefined)[]): number | undefined {
  const [year = "", month, day, hour, minute, second] = parts;
  const pad = (part = "00"): string => part.padStart(2, "0");
  const written = `${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}.000Z`;
  const time = Date.parse(written);
  // `Date.UTC` reads a day that its month does not have as one of the next month.
  const exists = !Number.isNaN(time) && year !== "0000" && new Date(time).toISOString() === written;
  return exists ? time : undefined;
}

/** Milliseconds; `undefined` when it is a day or more. */
function offsetOf(hours: string, minutes = "00"): number | undefined {
  const size = Number(hours.slice(1)) * 60 + Number(minutes);
  if (size >= 24 * 60) return undefined;
  return (hours.startsWith("-") ? -size : size) * 60_000;
}

function spanOf(milliseconds: number | undefined, fraction: string | undefined): TimeSpan | undefined {
  if (milliseconds === undefined) return undefined;
  const second = BigInt(milliseconds) * 1_000n;
  if (fraction === undefined) return { from: second, until: second + 1_000_000n };
  const from = second + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return { from, until: from + 1n };
}
