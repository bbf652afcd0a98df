import type { Logger } from "pino";
import type { KeystoneTrouble, TroubleKind } from "./keystone-trouble.ts";

/** The shortest time between two lines about too many questions, in milliseconds. */
const OVERLOAD_EVERY = 60_000;

/** Who is answered 503, for the log: while Keystone is away, and after the number of those who wait. */
interface Sufferers {
  readonly inTrouble: string;
  readonly inOverload: string;
}

const TOKENS: Sufferers = {
  inTrouble: "Callers whose tokens are not in the cache are",
  inOverload: "tokens wait to be asked about; callers with others are",
};

/** Keeps whether Keystone answers. The log is told when that changes, and not of each request between. */
export class Outages {
  readonly #log: Pick<Logger, "warn">;
  readonly #clock: () => number;
  readonly #answered503: Sufferers;
  #state: TroubleKind | "answers" = "answers";
  #answeredAt = -Infinity;
  #overloadAt = -Infinity;

  constructor(log: Pick<Logger, "warn">, clock: () => number, sufferers: Sufferers = TOKENS) {
    this.#log = log;
    this.#clock = clock;
    this.#answered503 = sufferers;
  }

  /** Whether Keystone has done once what it was asked. */
  get wasReached(): boolean {
    return this.#answeredAt > -Infinity;
  }

  /** Whether Keystone gave an answer of any kind the last time. */
  get isReached(): boolean {
    return this.#state !== "unreachable";
  }

  /** `askedAt` is in milliseconds. A question from before the last answer tells nothing new. */
  trouble({ kind, message }: KeystoneTrouble, askedAt: number): void {
    if (this.#state === kind || askedAt < this.#answeredAt) return;
    this.#state = kind;
    this.#log.warn(`Keystone: ${message} ${this.#answered503.inTrouble} answered 503.`);
  }

  answered(): void {
    this.#answeredAt = this.#clock();
    if (this.#state === "answers") return;
    this.#state = "answers";
    this.#log.warn("Keystone answers again.");
  }

  overload(waiting: number): void {
    if (this.#clock() < this.#overloadAt + OVERLOAD_EVERY) return;
    this.#overloadAt = this.#clock();
    this.#log.warn(`Keystone: ${waiting} ${this.#answered503.inOverload} answered 503.`);
  }
}
