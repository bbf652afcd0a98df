import { Agent, request, type Dispatcher } from "undici";
import { errorCode, errorText } from "../../error-text.ts";
import type { TagEvent } from "../../images/model/tag-event.ts";
import type { Destination, Failure, Outcome, Parcel } from "../destination.ts";
import { CLOUD_EVENT_TYPE, cloudEvent } from "./cloud-event.ts";
import { guardedConnector } from "./guarded-connector.ts";
import type { PublicAddresses } from "./public-addresses.ts";
import { nextTry } from "./retry-schedule.ts";
import { webhookSignature } from "./webhook-signature.ts";

/** One receiver of webhooks. */
export interface Webhook {
  /** Its name in the outbox. */
  readonly name: string;
  readonly url: string;
  /** By each of which is signed. */
  readonly secrets: readonly Uint8Array[];
  /** Whether it is told of an event. */
  readonly wants: (event: Pick<TagEvent, "tag" | "owner" | "action">) => boolean;
  /** Certificates of the authorities that its own is checked by, in PEM; `undefined`: those that Node.js trusts. */
  readonly ca: string | undefined;
}

/** What holds for all of them. */
export interface SenderOfWebhooks {
  readonly addresses: PublicAddresses;
  /** How old an event is when it is given up, in milliseconds. */
  readonly keep: number;
  /** The URL by which callers reach the server, without a trailing slash; `undefined`: it is not known. */
  readonly publicUrl: string | undefined;
  /** The version of this server, for `User-Agent`. */
  readonly version: string;
}

/** The time for a connection, and for all of a request, which a lease has in reserve; in milliseconds. */
const CONNECT_TIMEOUT = 4_000;
const TIMEOUT = 10_000;
/** What is read of a reply, in bytes. Nothing in it is used; a short one leaves its connection for the next event. */
const MOST_READ = 16 * 1024;
/** The longest header of a reply, in bytes. */
const MOST_HEADERS = 16 * 1024;
const AT_ONCE = 10;

/** A receiver of webhooks: each event is one request, a CloudEvent that is signed by Standard Webhooks. */
export class WebhookDestination implements Destination {
  readonly name: string;
  readonly mostAtOnce = AT_ONCE;
  readonly #webhook: Webhook;
  readonly #settings: SenderOfWebhooks;
  readonly #agent: Agent;

  constructor(webhook: Webhook, settings: SenderOfWebhooks) {
    this.name = webhook.name;
    this.#webhook = webhook;
    this.#settings = settings;
    this.#agent = new Agent({
      connect: guardedConnector({ addresses: settings.addresses, ca: webhook.ca, timeout: CONNECT_TIMEOUT }),
      connections: AT_ONCE,
      pipelining: 1,
      maxHeaderSize: MOST_HEADERS,
    });
  }

  wants(event: TagEvent): boolean {
    return this.#webhook.wants(event);
  }

  /** Each event has an id of its own, by which a receiver tells it. */
  joins(): boolean {
    return false;
  }

  retryDelay(attempts: number, event: TagEvent, { retryAfter = 0 }: Failure): number | undefined {
    const age = Date.now() - event.microseconds / 1_000;
    return nextTry({ attempts, age, asked: retryAfter }, this.#settings.keep);
  }

  async send(parcels: readonly Parcel[]): Promise<readonly Outcome[]> {
    return await Promise.all(parcels.map(([event]) => this.#post(event)));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #post(event: TagEvent): Promise<Outcome> {
    const { url, secrets } = this.#webhook;
    const { publicUrl, version } = this.#settings;
    const body = cloudEvent(event, publicUrl);
    const timestamp = Math.floor(Date.now() / 1_000);
    const signal = AbortSignal.timeout(TIMEOUT);
    try {
      const reply = await request(url, {
        dispatcher: this.#agent,
        method: "POST",
        headers: {
          "content-type": CLOUD_EVENT_TYPE,
          "user-agent": `imagetags/${version}`,
          "webhook-id": event.id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": webhookSignature(secrets, { id: event.id, timestamp, body }),
        },
        body,
        signal,
      });
      // The status says all; a body that does not end is broken off.
      await reply.body.dump({ limit: MOST_READ, signal }).catch(() => undefined);
      return outcomeOf(reply);
    } catch (error) {
      return { error: reasonOf(error) };
    }
  }
}

function outcomeOf({ statusCode, headers }: Dispatcher.ResponseData): Outcome {
  if (statusCode >= 200 && statusCode < 300) return "sent";
  const error = `it answered ${statusCode}`;
  if (statusCode === 410) return { error, isGone: true };
  if (statusCode >= 300 && statusCode < 400) return { error: `${error}, and redirects are not followed` };
  return { error, retryAfter: readRetryAfter(headers["retry-after"]) };
}

/** Source: RFC 9110, section 10.2.3: seconds, or a date. In milliseconds; 0 where it says nothing. */
function readRetryAfter(value: string | string[] | undefined): number {
  if (typeof value !== "string") return 0;
  const time = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(time) ? Math.max(0, time) : 0;
}

/** An error of several addresses that were tried has only a code. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `no answer within ${TIMEOUT / 1_000} seconds`;
  const text = errorText(error);
  return text === "" ? errorCode(error) : text;
}
