import { randomUUID } from "node:crypto";
import { connect, type ChannelModel, type Message } from "amqplib";
import { describe, test } from "vitest";
import { errorText } from "../error-text.ts";
import { parseBrokerUrl, type BrokerHost } from "../notifications/rabbitmq/broker-url.ts";

const URL = process.env["TEST_RABBITMQ_URL"] ?? "rabbit://guest:guest@127.0.0.1:5672/";

/** The broker that the tests use. */
export const [BROKER]: readonly [BrokerHost, ...BrokerHost[]] = parseBrokerUrl(URL).hosts;

/** What of a message oslo.messaging wrote. */
export interface Notification {
  readonly properties: Message["properties"];
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly message: Readonly<Record<string, unknown>>;
}

/** An exchange and a queue of names of their own; they are removed at the end, if they are there. */
export interface Mailbox extends AsyncDisposable {
  readonly exchange: string;
  readonly topic: string;
  readonly queue: string;
  /** Settings of a server that sends there. */
  readonly env: Readonly<Record<string, string>>;
  readonly connection: ChannelModel;
  /** Takes what came so far, and goes on to do so. */
  listen(): Promise<readonly Notification[]>;
}

async function connectTo({ host, port, username, password }: BrokerHost): Promise<ChannelModel> {
  const connection = await connect({ hostname: host, port, username, password });
  connection.on("error", () => undefined);
  return connection;
}

export async function openMailbox(): Promise<Mailbox> {
  const exchange = `imagetags-test-${randomUUID()}`;
  const topic = exchange;
  const queue = `${topic}.info`;
  const connection = await connectTo(BROKER);
  return {
    exchange,
    topic,
    queue,
    connection,
    env: { IMAGETAGS_NOTIFY_URL: URL, IMAGETAGS_NOTIFY_EXCHANGE: exchange, IMAGETAGS_NOTIFY_TOPICS: topic },
    async listen() {
      const came: Notification[] = [];
      const channel = await connection.createChannel();
      await channel.consume(
        queue,
        (received) => {
          if (received !== null) came.push(read(received));
        },
        { noAck: true },
      );
      return came;
    },
    async [Symbol.asyncDispose]() {
      const channel = await connection.createChannel();
      await channel.deleteQueue(queue);
      await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}

function read({ content, properties }: Message): Notification {
  const envelope = toRecord(JSON.parse(content.toString("utf8")));
  return { properties, envelope, message: toRecord(JSON.parse(String(envelope["oslo.message"]))) };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new TypeError("It is no object.");
  return Object.fromEntries(Object.entries(value));
}

/** Why there is no RabbitMQ; `undefined` where there is one. */
async function whyMissing(): Promise<string | undefined> {
  try {
    await (await connectTo(BROKER)).close();
    return undefined;
  } catch (error) {
    return `no RabbitMQ answers at the address of TEST_RABBITMQ_URL or 127.0.0.1:5672 (${errorText(error)})`;
  }
}

const missing = await whyMissing();

/** Describes tests that need RabbitMQ. Where there is none they are skipped with the reason, and fail where `CI` is set. */
export function describeWithRabbitmq(title: string, body: () => void): void {
  describe(title, () => {
    if (missing === undefined) body();
    else
      test.skipIf(process.env["CI"] === undefined)(missing, () => {
        throw new Error(missing);
      });
  });
}
