const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const FIRST = 5 * SECOND;
const LONGEST = 6 * HOUR;
/** What is old already when it is tried first, after an outage of our own, is tried so often all the same. */
const LEAST_TRIES = 5;

/** What is known of an event that was not taken. */
export interface Tried {
  /** How often it was tried. */
  readonly attempts: number;
  /** How long ago it was, in milliseconds. */
  readonly age: number;
  /** For how long the receiver asks to be left alone, in milliseconds. */
  readonly asked: number;
}

/**
 * How long an event is left for, in milliseconds: five seconds, three times as long each time, up to six hours, and by chance up to
 * half as long again. A receiver that asks for more is left alone for longer, up to the same bound. `undefined`: it is given up,
 * since it is older than `keep`.
 */
export function nextTry(
  { attempts, age, asked }: Tried,
  keep: number,
  random: () => number = Math.random,
): number | undefined {
  if (age > keep && attempts >= LEAST_TRIES) return undefined;
  const pause = Math.min(LONGEST, FIRST * 3 ** Math.min(attempts - 1, 20));
  return Math.max(Math.round(pause * (1 + random() / 2)), Math.min(asked, LONGEST));
}
