import { LRUCache } from "lru-cache";

/** The most who are remembered. Who was forgotten starts afresh. */
const MOST_REMEMBERED = 10_000;

/** How much may be asked at once, and how much more with each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of a rate. */
export class TokenBucket {
  readonly #rate: Rate;
  #left: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** The seconds until one more may be asked; 0: now. */
  wait(now: number): number {
    const { burst, perSecond } = this.#rate;
    this.#left = Math.min(burst, this.#left + (Math.max(0, now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    return this.#left >= 1 ? 0 : (1 - this.#left) / perSecond;
  }

  take(amount: number): void {
    this.#left -= amount;
  }
}

/** What is left of one rate, for each who has it. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #known = new LRUCache<string, TokenBucket>({ max: MOST_REMEMBERED });

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  of(id: string, now: number): TokenBucket {
    let bucket = this.#known.get(id);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, now);
      this.#known.set(id, bucket);
    }
    return bucket;
  }
}
