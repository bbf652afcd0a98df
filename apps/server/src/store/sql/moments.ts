/** How many microseconds the clock's own unit has, a millisecond. */
const UNIT = 1_000;

/** A moment as the clock has it, which rows other than events are written with. */
export function clockTime(moment: number): number {
  return moment - (moment % UNIT);
}

/**
 * The times of the changes of one process, in whole microseconds since 1970: the clock's milliseconds, counted up within
 * each, so that no two changes have the same and the later one has the greater.
 */
export class Moments {
  readonly #clock: () => Date;
  #last = 0;

  constructor(clock: () => Date = () => new Date()) {
    this.#clock = clock;
  }

  /** The first of so many successive moments. */
  next(count = 1): number {
    const now = this.#clock().getTime() * UNIT;
    // A clock that is set back is followed.
    const isSameUnit = now <= this.#last && this.#last < now + UNIT;
    const first = isSameUnit ? this.#last + 1 : now;
    this.#last = first + count - 1;
    return first;
  }
}
