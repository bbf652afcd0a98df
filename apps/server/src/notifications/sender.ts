import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "../error-text.ts";
import type { Delivery, Outbox } from "../images/model/outbox.ts";
import { pauseAfter } from "./back-off.ts";
import type { Destination, Failure, Outcome, Parcel } from "./destination.ts";
import type { Lease } from "./lease.ts";
import { observer } from "../observer.ts";

/** The most deliveries that are read at once. */
const READ = 500;
/** The most images that wait for a later try. Beyond, the destination itself is at fault, and waits with them. */
const MOST_WAITING = 200;
/** How long nothing is sent where nothing is wanted any more, in milliseconds. */
const GONE = 3_600_000;
/** Between two looks at an empty outbox, in milliseconds. */
const IDLE = 500;

/** What a {@link Sender} works with. */
export interface SenderParts {
  readonly outbox: Outbox;
  readonly destination: Destination;
  readonly lease: Pick<Lease, "isHeld">;
  /** Is told when sending begins to fail, and when it does not fail any more. */
  readonly report: (sentence: string) => void;
}

/** An event on its way, and how often it was tried. */
interface Sending {
  readonly parcel: Parcel;
  readonly attempts: number;
}

/**
 * Sends what waits for one destination, while this process has the lease. Of each image one parcel is under way at a
 * time, and the next goes when that was taken or given up: so each image's events arrive in their order.
 */
export class Sender {
  readonly #parts: SenderParts;
  /** Read and not sent yet, in the order of the outbox. */
  #read: Delivery[] = [];
  /** Sent, and still in the outbox. */
  #sent: string[] = [];
  /** Until when images wait, by their ids, in the time of `performance.now()`. */
  readonly #later = new Map<string, number>();
  #failures = 0;
  #pausedUntil = -Infinity;
  #isFailing = false;
  #isGivingUp = false;
  /** Until when what waits is given up without a try, in the time of `performance.now()`, and why. */
  #gone = { until: -Infinity, error: "" };

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Sends until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.#step();
      if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Sends what waits until there is none, it fails or the time is over, in milliseconds. */
  async drain(time: number): Promise<void> {
    const end = performance.now() + time;
    while (performance.now() < end && (await this.#step()) === 0);
    // What stays in the outbox is sent again.
    await this.#takeOut().catch(() => undefined);
  }

  /** Does the next thing. Resolves with the time until there may be another, in milliseconds. */
  async #step(): Promise<number> {
    if (!this.#parts.lease.isHeld) {
      // Whoever has it now changes what was read.
      this.#read = [];
      return IDLE;
    }
    const paused = this.#pausedUntil - performance.now();
    if (paused > 0) return Math.min(paused, IDLE);
    try {
      // First: what stays in the outbox is sent again.
      await this.#takeOut();
      if (performance.now() < this.#gone.until) return await this.#giveUpAll();
      if (this.#read.length === 0 && !(await this.#readMore())) return IDLE;
    } catch {
      // What keeps the database from answering is told where requests meet it.
      return IDLE;
    }
    const round = this.#nextRound();
    if (round.length > 0) await this.#send(round);
    return 0;
  }

  async #takeOut(): Promise<void> {
    while (this.#sent.length > 0) {
      const some = this.#sent.slice(0, READ);
      await this.#parts.outbox.sent(this.#parts.destination.name, some);
      this.#sent = this.#sent.slice(some.length);
    }
  }

  /** `false`: there is nothing that is due. */
  async #readMore(): Promise<boolean> {
    const now = performance.now();
    for (const [imageId, until] of this.#later) if (until <= now) this.#later.delete(imageId);
    if (this.#later.size >= MOST_WAITING) return false;
    const { outbox, destination } = this.#parts;
    const without = new Set(this.#later.keys());
    const found = await outbox.waiting(destination.name, { limit: READ, without });
    for (const { event, dueIn } of found) {
      if (dueIn > 0 && !this.#later.has(event.imageId)) this.#later.set(event.imageId, now + dueIn);
    }
    const isWanted = ({ event }: Delivery): boolean => destination.wants?.(event) !== false;
    this.#read = found.filter((one) => isWanted(one) && !this.#later.has(one.event.imageId));
    // There is nothing to tell of the others.
    this.#sent.push(...found.filter((one) => !isWanted(one)).map(({ event }) => event.id));
    return found.length > 0;
  }

  /** Gives up what waits, as much as is read at once. */
  async #giveUpAll(): Promise<number> {
    this.#read = [];
    const { outbox, destination } = this.#parts;
    const found = await outbox.waiting(destination.name, { limit: READ, without: new Set() });
    const events = found.map(({ event, attempts }) => ({ id: event.id, attempts }));
    await outbox.giveUp(destination.name, events, this.#gone.error);
    observer?.delivery(destination.name, "given-up", events.length);
    return found.length < READ ? IDLE : 0;
  }

  /** Takes of each image the first parcel, as many as may be sent at once. */
  #nextRound(): Sending[] {
    const { destination } = this.#parts;
    const round = new Map<string, { events: Delivery[]; isClosed: boolean }>();
    const rest: Delivery[] = [];
    for (const delivery of this.#read) {
      const { imageId } = delivery.event;
      const open = round.get(imageId);
      const last = open?.events.at(-1);
      if (open === undefined && round.size < destination.mostAtOnce) {
        round.set(imageId, { events: [delivery], isClosed: false });
      } else if (
        open?.isClosed === false &&
        last !== undefined &&
        destination.joins(last.event, delivery.event)
      ) {
        open.events.push(delivery);
      } else {
        if (open !== undefined) open.isClosed = true;
        rest.push(delivery);
      }
    }
    this.#read = rest;
    return [...round.values()].flatMap(({ events: [first, ...others] }) =>
      first === undefined
        ? []
        : { parcel: [first.event, ...others.map(({ event }) => event)], attempts: first.attempts },
    );
  }

  async #send(round: readonly Sending[]): Promise<void> {
    const { destination, lease } = this.#parts;
    let outcomes: readonly Outcome[];
    try {
      await destination.open?.();
      // That may have taken longer than the lease has in reserve.
      if (!lease.isHeld) return void (this.#read = []);
      outcomes = await destination.send(round.map(({ parcel }) => parcel));
    } catch (error) {
      const failed = { error: errorText(error) };
      outcomes = round.map(() => failed);
    }
    const failed = round.flatMap((sending, index) => {
      const outcome = outcomes[index] ?? { error: "It was not tried." };
      if (outcome !== "sent") return { sending, failure: outcome };
      this.#sent.push(...sending.parcel.map(({ id }) => id));
      observer?.delivery(destination.name, "sent", sending.parcel.length);
      return [];
    });
    const gone = failed.find(({ failure }) => failure.isGone === true);
    if (gone !== undefined) {
      observer?.delivery(destination.name, "failed", failed.length);
      return this.#noteGone(gone.failure.error);
    }
    for (const { sending, failure } of failed) await this.#leave(sending, failure);
    this.#note(failed.length < round.length, failed[0]?.failure.error);
  }

  /** From now on what waits is given up, for a while. */
  #noteGone(error: string): void {
    this.#gone = { until: performance.now() + GONE, error };
    this.#parts.report(
      `${this.#parts.destination.name} wants no notifications any more, and all that wait for it are given up: ${error}`,
    );
  }

  /** Leaves a parcel that was not taken, and all of its image that was read after it. */
  async #leave({ parcel, attempts }: Sending, failure: Failure): Promise<void> {
    const [first] = parcel;
    const { imageId } = first;
    this.#read = this.#read.filter(({ event }) => event.imageId !== imageId);
    const { destination, outbox } = this.#parts;
    observer?.delivery(destination.name, "failed", parcel.length);
    if (destination.retryDelay === undefined) return;
    const tried = attempts + 1;
    const delay = destination.retryDelay(tried, first, failure);
    const { error } = failure;
    if (delay === undefined) this.#noteGivenUp(error, parcel.length);
    else this.#later.set(imageId, performance.now() + delay);
    try {
      if (delay === undefined) {
        const events = parcel.map(({ id }) => ({ id, attempts: tried }));
        await outbox.giveUp(destination.name, events, error);
      } else {
        for (const { id } of parcel) {
          await outbox.postpone(destination.name, id, { attempts: tried, error }, delay);
        }
      }
    } catch {
      // It is tried again as if it had not been yet.
    }
  }

  #noteGivenUp(error: string, events: number): void {
    observer?.delivery(this.#parts.destination.name, "given-up", events);
    if (this.#isGivingUp) return;
    this.#isGivingUp = true;
    this.#parts.report(
      `Notifications to ${this.#parts.destination.name} are given up that were tried for too long: ${error}`,
    );
  }

  /** Pauses where nothing is taken. */
  #note(wasTaken: boolean, error: string | undefined): void {
    if (wasTaken) {
      this.#failures = 0;
      this.#isGivingUp = false;
    } else this.#failures += 1;
    this.#pausedUntil = performance.now() + this.#pause();
    const { destination, report } = this.#parts;
    if (error !== undefined && !this.#isFailing) {
      this.#isFailing = true;
      report(`Notifications to ${destination.name} wait: ${error}`);
    } else if (error === undefined && this.#isFailing) {
      this.#isFailing = false;
      report(`Notifications to ${destination.name} are taken again.`);
    }
  }

  #pause(): number {
    // One event of several may be what is not taken; where all are tried until they are sent, it is the destination.
    const isAllOrNone = this.#parts.destination.retryDelay === undefined;
    return pauseAfter(isAllOrNone && this.#failures > 0 ? this.#failures + 1 : this.#failures);
  }
}
