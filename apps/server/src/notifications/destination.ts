import type { TagEvent } from "../images/model/tag-event.ts";

/** Events of one image that are sent as one, in the order of its changes. */
export type Parcel = readonly [TagEvent, ...TagEvent[]];

/** Why a parcel was not taken. */
export interface Failure {
  readonly error: string;
  /** For how long the receiver asks to be left alone, in milliseconds. */
  readonly retryAfter?: number;
  /** Whether the receiver wants nothing any more. */
  readonly isGone?: boolean;
}

/** What became of a parcel: it was taken, or why not. */
export type Outcome = "sent" | Failure;

/** Where events are sent to. */
export interface Destination {
  /** Its name in the outbox and for people, without anything secret. */
  readonly name: string;
  /** The most parcels that are sent at once, each of another image. */
  readonly mostAtOnce: number;
  /** Whether it is told of an event. Without this function it is told of all. */
  wants?(event: TagEvent): boolean;
  /** Whether an event goes into one parcel with the one before it, of the same image. */
  joins(before: TagEvent, event: TagEvent): boolean;
  /**
   * How long an event is left for, in milliseconds, that was tried so many times in vain; `undefined`: it is given up. Without this
   * function every event is tried until it is sent.
   */
  retryDelay?(attempts: number, event: TagEvent, failure: Failure): number | undefined;
  /** Gets ready to send, which may take long. Rejects where that is not possible. */
  open?(): Promise<void>;
  /** Sends parcels, within the time that a lease has in reserve. Resolves with what became of each, in their order. Rejects where none was sent. */
  send(parcels: readonly Parcel[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}
