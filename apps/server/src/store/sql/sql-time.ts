/** What was written last: the changes of one transaction are of the same millisecond, or nearly so. */
let latest = { millisecond: NaN, text: "" };

/** A time as Glance writes it: `YYYY-MM-DD HH:MM:SS.ffffff`, UTC. */
export function toSqlTime(time: Date): string {
  const millisecond = time.getTime();
  if (millisecond !== latest.millisecond) {
    const iso = time.toISOString();
    latest = { millisecond, text: `${iso.slice(0, 10)} ${iso.slice(11, 23)}000` };
  }
  return latest.text;
}

/** The same of a time in whole microseconds since 1970. */
export function toSqlMoment(microseconds: number): string {
  const within = ((microseconds % 1_000) + 1_000) % 1_000;
  const text = toSqlTime(new Date((microseconds - within) / 1_000));
  return `${text.slice(0, 23)}${String(within).padStart(3, "0")}`;
}

/** Reads a time as Glance writes it, with or without a fraction of a second. */
export function fromSqlTime(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
}

/** The same in microseconds since 1970. */
export function microsecondsOf(text: string): number {
  return fromSqlTime(text.slice(0, 19)).getTime() * 1_000 + Number(text.slice(20, 26).padEnd(6, "0"));
}

/** The years that columns can hold, in microseconds since 1970. */
const FIRST = -62_135_596_800_000_000n;
const LAST = 253_402_300_799_999_999n;

/**
 * A time in microseconds since 1970, to compare a column with. Whole seconds are written without a fraction,
 * which sorts before every fraction of that second.
 */
export function microsecondsToSql(time: bigint): string {
  const held = time < FIRST ? FIRST : time > LAST ? LAST : time;
  const fraction = ((held % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((held - fraction) / 1_000n)).toISOString();
  const text = `${second.slice(0, 10)} ${second.slice(11, 19)}`;
  return fraction === 0n ? text : `${text}.${String(fraction).padStart(6, "0")}`;
}
