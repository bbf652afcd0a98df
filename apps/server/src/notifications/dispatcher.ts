import type { Outbox } from "../images/model/outbox.ts";
import type { Destination } from "./destination.ts";
import { Lease, type LeaseTimes } from "./lease.ts";
import { Sender } from "./sender.ts";

/** How long what waits is sent on when the server ends, in milliseconds. */
const DRAIN = 3_000;

/** Sends what waits in the outbox to every destination, one process of several at a time, until it is stopped. */
export class Dispatcher implements AsyncDisposable {
  readonly #destinations: readonly Destination[];
  readonly #senders: readonly Sender[];
  readonly #lease: Lease;
  readonly #ending = new AbortController();
  readonly #work: Promise<unknown>;

  constructor(
    outbox: Outbox,
    destinations: readonly Destination[],
    report: (sentence: string) => void,
    times?: LeaseTimes,
  ) {
    this.#destinations = destinations;
    const lease = new Lease(outbox, times);
    this.#lease = lease;
    this.#senders = destinations.map((destination) => new Sender({ outbox, destination, lease, report }));
    const { signal } = this.#ending;
    this.#work = Promise.all([lease.keep(signal), ...this.#senders.map((sender) => sender.run(signal))]);
  }

  /** Sends what still waits, as far as that is soon done, and lets another process go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#work;
    await Promise.all(this.#senders.map((sender) => sender.drain(DRAIN)));
    await this.#lease.end();
    await Promise.all(this.#destinations.map((destination) => destination.close()));
  }
}
