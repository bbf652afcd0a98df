import { connect, type Message } from "amqplib";

/** An object that was read of JSON. */
export type Read = Readonly<Record<string, unknown>>;

/** A message as it came, and what oslo.messaging wrote in it. */
export interface Notification {
  readonly content: Buffer;
  readonly fields: Pick<Message["fields"], "exchange" | "routingKey">;
  readonly properties: Message["properties"];
  readonly envelope: Read;
  readonly message: Read;
}

/** A queue of our own, that gets all notifications. */
export interface Mailbox extends AsyncDisposable {
  readonly came: readonly Notification[];
  /** Sends a message that came once more, as it is. */
  repeat(notification: Notification): void;
}

/** Begins to take what is sent to the exchange `glance`, as services declare it. */
export async function openMailbox(url: string): Promise<Mailbox> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.assertExchange("glance", "topic", { durable: false, autoDelete: false });
  const { queue } = await channel.assertQueue("", { exclusive: true });
  await channel.bindQueue(queue, "glance", "notifications.info");
  const came: Notification[] = [];
  await channel.consume(queue, (received) => received !== null && came.push(read(received)), { noAck: true });
  return {
    came,
    repeat: ({ content, fields, properties }) => {
      channel.publish(fields.exchange, fields.routingKey, content, properties);
    },
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

/** Takes all that lies in a queue. */
export async function emptyQueue(url: string, queue: string): Promise<readonly Notification[]> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const found: Notification[] = [];
  for (;;) {
    const received = await channel.get(queue, { noAck: true });
    if (received === false) break;
    found.push(read(received));
  }
  await connection.close();
  return found;
}

function read({ content, fields: { exchange, routingKey }, properties }: Message): Notification {
  const envelope = toRead(JSON.parse(content.toString("utf8")));
  const message = toRead(JSON.parse(String(envelope["oslo.message"])));
  return { content, fields: { exchange, routingKey }, properties, envelope, message };
}

/** Throws where it is no object. */
export function toRead(value: unknown): Read {
  if (typeof value !== "object" || value === null) throw new TypeError(`It is no object: ${String(value)}`);
  return Object.fromEntries(Object.entries(value));
}
