import { StoreUnavailable } from "../../images/model/image-store.ts";

/** When a caller is answered at the latest. All that is done for a request shares one. Times are in milliseconds. */
export class Deadline {
  readonly #late = Promise.withResolvers<never>();
  #ends: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(time: number) {
    this.#ends = performance.now() + time;
    // Nobody may be waiting yet.
    this.#late.promise.catch(() => undefined);
  }

  /** How much time is left; none below zero. */
  get left(): number {
    return this.#ends - performance.now();
  }

  /** Leaves so much time at most. */
  shorten(time: number): void {
    this.#ends = Math.min(this.#ends, performance.now() + time);
    if (this.#timer !== undefined) this.#arm();
  }

  /** Throws a {@link StoreUnavailable} when the time is over. What has not begun by then is not to begin. */
  check(): void {
    if (this.left <= 0)
      throw new StoreUnavailable("The database did not do it in time, and it is taken back.");
  }

  /** The outcome of work, or a {@link StoreUnavailable} when it is not there in time. The work goes on. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    this.#arm();
    try {
      return await Promise.race([work, this.#late.promise]);
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#late.reject(
          new StoreUnavailable("The database did not do it in time; nobody knows whether it will."),
        );
      },
      Math.max(0, this.left),
    );
  }
}
