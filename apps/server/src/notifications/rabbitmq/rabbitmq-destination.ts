import type { ImageNow, Outbox } from "../../images/model/outbox.ts";
import type { TagEvent } from "../../images/model/tag-event.ts";
import type { Destination, Outcome, Parcel } from "../destination.ts";
import { BrokerConnection, type BrokerSettings } from "./broker-connection.ts";
import { glanceNotification } from "./glance-notification.ts";

/** The name of the brokers in the outbox. */
export const RABBITMQ = "rabbitmq";

/** What is sent to brokers, and as whom. */
export interface RabbitmqSettings extends BrokerSettings {
  /** Of oslo.messaging's `publisher_id`. */
  readonly publisher: string;
}

/**
 * RabbitMQ, where those listen who know Glance's notifications. What one request changed of an image is one notification, as
 * with Glance. It is tried until a broker has it.
 */
export class RabbitmqDestination implements Destination {
  readonly name = RABBITMQ;
  readonly mostAtOnce = 200;
  readonly #settings: RabbitmqSettings;
  readonly #outbox: Pick<Outbox, "findImages">;
  readonly #connection: BrokerConnection;

  constructor(settings: RabbitmqSettings, outbox: Pick<Outbox, "findImages">) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#connection = new BrokerConnection(settings);
  }

  joins(before: TagEvent, event: TagEvent): boolean {
    return before.requestId !== null && before.requestId === event.requestId;
  }

  open(): Promise<void> {
    return this.#connection.open();
  }

  async send(parcels: readonly Parcel[]): Promise<readonly Outcome[]> {
    const images = await this.#outbox.findImages(parcels.map(([{ imageId }]) => imageId));
    const known = parcels.flatMap((parcel): { parcel: Parcel; now: ImageNow }[] => {
      const now = images.get(parcel[0].imageId);
      return now === undefined ? [] : [{ parcel, now }];
    });
    const { publisher } = this.#settings;
    const confirmed = await this.#connection.publish(
      known.map(({ parcel, now }) => glanceNotification(parcel, now, publisher)),
    );
    const problems = new Map(known.map(({ parcel }, index) => [parcel, confirmed[index]]));
    // Of an image whose row was purged there is nothing to tell.
    return parcels.map((parcel) => {
      const error = problems.get(parcel);
      return error === undefined ? "sent" : { error };
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
