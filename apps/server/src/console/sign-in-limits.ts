import { isIPv6 } from "node:net";
import { TokenBucket, TokenBuckets, type Rate } from "../token-bucket.ts";

const PER_ADDRESS: Rate = { burst: 30, perSecond: 0.5 };
const IN_ALL: Rate = { burst: 200, perSecond: 20 };
/** What a refused password takes of its address besides: five in a row are all, and then one each 12 seconds. */
const REFUSAL = 5;

/** Bounds how often Keystone is asked for callers of the page, by their addresses and in all. Each process counts its own. */
export class SignInLimits {
  readonly #clock: () => number;
  readonly #all: TokenBucket;
  /** The rate in all holds for an address that is forgotten too. */
  readonly #addresses = new TokenBuckets(PER_ADDRESS);

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
    this.#all = new TokenBucket(IN_ALL, clock());
  }

  /** Takes one question of a caller. Gives the seconds to wait where that is too many, and 0 where it may be asked. */
  take(address: string | undefined): number {
    const now = this.#clock();
    const own = this.#of(address, now);
    const wait = Math.max(own.wait(now), this.#all.wait(now));
    if (wait > 0) return Math.ceil(wait);
    own.take(1);
    this.#all.take(1);
    return 0;
  }

  /** Notes that Keystone refused what a caller sent. */
  refused(address: string | undefined): void {
    this.#of(address, this.#clock()).take(REFUSAL);
  }

  #of(address: string | undefined, now: number): TokenBucket {
    return this.#addresses.of(networkOf(address ?? ""), now);
  }
}

/** The addresses of one caller: of IPv6 one has a whole network of 64 bits. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
