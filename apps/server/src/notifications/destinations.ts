import type { Outbox } from "../images/model/outbox.ts";
import type { Destination } from "./destination.ts";
import { RABBITMQ, RabbitmqDestination, type RabbitmqSettings } from "./rabbitmq/rabbitmq-destination.ts";
import { WebhookDestination, type SenderOfWebhooks, type Webhook } from "./webhooks/webhook-destination.ts";

/** Who is told of events by webhooks, and what holds for all of them. */
export interface WebhookSettings extends Pick<SenderOfWebhooks, "addresses" | "keep"> {
  readonly webhooks: readonly Webhook[];
}

/** Where events are sent to. */
export interface NotifySettings {
  /** `undefined`: none are sent there. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  readonly webhooks: WebhookSettings | undefined;
}

/** What a destination works with. */
export interface DestinationParts extends Pick<SenderOfWebhooks, "publicUrl" | "version"> {
  readonly outbox: Outbox;
}

/** The names that the outbox has of the destinations. */
export function namesOf({ rabbitmq, webhooks }: NotifySettings): readonly string[] {
  const names = (webhooks?.webhooks ?? []).map(({ name }) => name);
  return rabbitmq === undefined ? names : [RABBITMQ, ...names];
}

/** Makes the destinations; nothing is connected yet. */
export function makeDestinations(
  { rabbitmq, webhooks }: NotifySettings,
  { outbox, publicUrl, version }: DestinationParts,
): readonly Destination[] {
  const made: Destination[] = rabbitmq === undefined ? [] : [new RabbitmqDestination(rabbitmq, outbox)];
  if (webhooks === undefined) return made;
  const { addresses, keep } = webhooks;
  const sender: SenderOfWebhooks = { addresses, keep, publicUrl, version };
  return [...made, ...webhooks.webhooks.map((webhook) => new WebhookDestination(webhook, sender))];
}
