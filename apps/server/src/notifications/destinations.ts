import type { Outbox } from "../images/model/outbox.ts";
import type { Destination } from "./destination.ts";
import { RABBITMQ, RabbitmqDestination, type RabbitmqSettings } from "./rabbitmq/rabbitmq-destination.ts";

/** Where events are sent to. */
export interface NotifySettings {
  /** `undefined`: none are sent there. */
  readonly rabbitmq: RabbitmqSettings | undefined;
}

/** The names that the outbox has of the destinations. */
export function namesOf({ rabbitmq }: NotifySettings): readonly string[] {
  return rabbitmq === undefined ? [] : [RABBITMQ];
}

/** Makes the destinations; nothing is connected yet. */
export function makeDestinations({ rabbitmq }: NotifySettings, outbox: Outbox): readonly Destination[] {
  return rabbitmq === undefined ? [] : [new RabbitmqDestination(rabbitmq, outbox)];
}
