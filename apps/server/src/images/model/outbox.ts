import type { ImageRecord } from "./image-record.ts";
import type { TagEvent } from "./tag-event.ts";

/** An event that is to be sent to a destination. */
export interface Delivery {
  readonly event: TagEvent;
  /** How often it was tried in vain. */
  readonly attempts: number;
  /** For how long it is not to be tried again, in milliseconds; not above zero: it is due. */
  readonly dueIn: number;
}

/** Why an event was not sent, after how many tries. */
export interface FailedDelivery {
  readonly attempts: number;
  readonly error: string;
}

/** An event that is given up, and how often it was tried. */
export interface TriedEvent {
  readonly id: string;
  readonly attempts: number;
}

/** What of a destination's deliveries is asked for. */
export interface DeliveryQuery {
  readonly limit: number;
  /** Images of which none is wanted. */
  readonly without: ReadonlySet<string>;
}

/** How much waits to be sent to a destination. */
export interface Backlog {
  readonly destination: string;
  /** How many events, counted up to {@link MOST_COUNTED}. */
  readonly waiting: number;
  /** When the oldest of them was, in microseconds since 1970; `null` where none waits. */
  readonly oldest: number | null;
}

/** The most events that a backlog counts: it is asked for often. */
export const MOST_COUNTED = 100_000;

/** An image as it is now. */
export interface ImageNow {
  readonly image: ImageRecord;
  /** When it was deleted, if so. */
  readonly deletedAt: Date | null;
}

/**
 * What is to be sent of what became of tags. Each change leaves its events there in its own transaction, once for each
 * destination, and whoever has sent one takes it out. So what was committed is sent at least once, and
 * nothing else is.
 */
export interface Outbox {
  /**
   * Takes a lease, or renews it, for so many milliseconds by the database's clock. `false`: another holder has it.
   */
  takeLease(name: string, holder: string, duration: number): Promise<boolean>;
  /** Lets another holder have it at once. */
  endLease(name: string, holder: string): Promise<void>;
  /** The first deliveries of a destination, those of each image in the order of its changes. */
  waiting(destination: string, query: DeliveryQuery): Promise<readonly Delivery[]>;
  /** Takes events out that were sent. */
  sent(destination: string, eventIds: readonly string[]): Promise<void>;
  /** Leaves an event for later, after so many milliseconds. */
  postpone(destination: string, eventId: string, why: FailedDelivery, delay: number): Promise<void>;
  /** Tries events no more, all of them or none. What somebody took out meanwhile stays out. */
  giveUp(destination: string, events: readonly TriedEvent[], error: string): Promise<void>;
  /** Those images that there are, deleted ones too, by their ids. */
  findImages(ids: readonly string[]): Promise<ReadonlyMap<string, ImageNow>>;
  /** What waits for each of these destinations. */
  backlog(destinations: readonly string[]): Promise<readonly Backlog[]>;
}
