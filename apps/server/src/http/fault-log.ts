import type { ErrorReason } from "@imagetags/contract";
import type { Logger } from "pino";
import type { ErrorReply } from "./errors.ts";

/** The shortest time between two lines about one kind of outage, in milliseconds. */
const OUTAGE_EVERY = 10_000;

/**
 * Tells the log of what is not the caller's doing. An error that nobody foresaw has its line each time, whole. What is
 * not available just now fails every request for as long as that lasts: it has a line at first, and then one each ten
 * seconds that counts those between. Each request has its own line of the access log anyway.
 */
export class FaultLog {
  readonly #log: Pick<Logger, "error">;
  readonly #clock: () => number;
  readonly #outages = new Map<ErrorReason | undefined, { toldAt: number; untold: number }>();

  constructor(log: Pick<Logger, "error">, clock: () => number = () => performance.now()) {
    this.#log = log;
    this.#clock = clock;
  }

  note(request: string, { status, body, unforeseen }: ErrorReply): void {
    if (unforeseen === undefined) return;
    if (status !== 503) {
      this.#log.error({ request, err: unforeseen });
      return;
    }
    const { reason } = body.error;
    const now = this.#clock();
    const outage = this.#outages.get(reason) ?? { toldAt: -Infinity, untold: 0 };
    this.#outages.set(reason, outage);
    if (now < outage.toldAt + OUTAGE_EVERY) {
      outage.untold += 1;
      return;
    }
    this.#log.error({ request, reason, alike: outage.untold, err: unforeseen });
    outage.toldAt = now;
    outage.untold = 0;
  }
}
