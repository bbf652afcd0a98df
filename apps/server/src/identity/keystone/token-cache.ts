import { LRUCache } from "lru-cache";
import type { TokenInfo } from "./token-info.ts";

/** The most valid tokens that are remembered, and the most refused ones. The least used goes first. */
const MOST = 10_000;
/** The time that a refused token is remembered, in milliseconds. */
const REFUSED_FOR = 5_000;

interface Remembered {
  readonly info: TokenInfo;
  readonly until: number;
}

/**
 * What Keystone said of tokens, by the SHA-256 of each. The caller of the cache must see whether a remembered
 * token has ended.
 */
export class TokenCache {
  readonly #valid: LRUCache<string, Remembered>;
  /** Kept apart from valid tokens, which a flood of bad ones must not drive out. */
  readonly #refused: LRUCache<string, number>;
  readonly #lifetime: number;
  readonly #clock: () => number;

  /** `lifetime` is the time that a valid token is remembered, in milliseconds. 0: not at all. */
  constructor(lifetime: number, clock: () => number, most = MOST) {
    this.#valid = new LRUCache({ max: most });
    this.#refused = new LRUCache({ max: most });
    this.#lifetime = lifetime;
    this.#clock = clock;
  }

  /** How many are remembered of each kind, those included whose time is over. */
  get sizes(): { readonly valid: number; readonly refused: number } {
    return { valid: this.#valid.size, refused: this.#refused.size };
  }

  get(key: string): TokenInfo | undefined {
    const remembered = this.#valid.get(key);
    if (remembered === undefined) return undefined;
    if (this.#clock() < remembered.until) return remembered.info;
    this.#valid.delete(key);
    return undefined;
  }

  wasRefused(key: string): boolean {
    const until = this.#refused.get(key);
    return until !== undefined && this.#clock() < until;
  }

  remember(key: string, info: TokenInfo): void {
    if (this.#lifetime > 0) this.#valid.set(key, { info, until: this.#clock() + this.#lifetime });
  }

  refuse(key: string): void {
    this.#refused.set(key, this.#clock() + REFUSED_FOR);
  }
}
