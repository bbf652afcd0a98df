/** The first pause after a failure, and the longest, in milliseconds. */
const FIRST = 500;
const LONGEST = 60_000;

/**
 * The pause after so many failures of a destination on end, in milliseconds: twice as long each time, and by chance up to half
 * as long again, so that several senders do not come at once. The first failure may be of one event alone.
 */
export function pauseAfter(failures: number, random: () => number = Math.random): number {
  if (failures <= 1) return 0;
  const pause = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 2, 20));
  return Math.round(pause * (1 + random() / 2));
}
