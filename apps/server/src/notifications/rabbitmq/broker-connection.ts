import type { ChannelModel, ConfirmChannel } from "amqplib";
import { errorText } from "../../error-text.ts";
import type { BrokerHost } from "./broker-url.ts";

/** How brokers are reached, and what is declared there. */
export interface BrokerSettings {
  readonly hosts: readonly [BrokerHost, ...BrokerHost[]];
  readonly vhost: string;
  /** Certificates in PEM that a broker's is checked by; `true`: those that Node.js trusts; `false`: no TLS. */
  readonly tls: boolean | { readonly ca: string };
  readonly exchange: string;
  readonly topics: readonly string[];
  /** Whether exchange and queues outlive a restart of the broker. */
  readonly durable: boolean;
}

/** The time that connecting to one broker may take, and that the broker may take to say that it has messages, in milliseconds. */
const CONNECT_TIMEOUT = 3_000;
const CONFIRM_TIMEOUT = 8_000;
/** The seconds between two signs of life, after two of which without one the connection is lost. */
const HEARTBEAT = 10;

/** How long the end of a connection is waited for, in milliseconds. */
const FAREWELL = 1_000;

/** The properties of each message, as oslo.messaging sends them by kombu. */
const PROPERTIES = {
  mandatory: true,
  persistent: true,
  contentType: "application/json",
  contentEncoding: "utf-8",
  priority: 0,
};

/** What became of a message: `undefined` where the broker has it in a queue, else why not. */
type Confirmed = string | undefined;

/** A connection to the first of several brokers that takes one. */
export class BrokerConnection {
  readonly #settings: BrokerSettings;
  #open: { readonly connection: ChannelModel; readonly channel: ConfirmChannel } | undefined;
  #next = 0;

  constructor(settings: BrokerSettings) {
    this.#settings = settings;
  }

  /** Connects, where there is no connection, and declares what messages go through. Rejects where no broker takes one. */
  async open(): Promise<void> {
    if (this.#open !== undefined) return;
    const { hosts } = this.#settings;
    const problems: string[] = [];
    for (const _ of hosts) {
      const host = hosts[this.#next % hosts.length] ?? hosts[0];
      try {
        await this.#connect(host);
        return;
      } catch (error) {
        problems.push(`${host.host}:${host.port}: ${errorText(error)}`);
        this.#next += 1;
      }
    }
    throw new Error(problems.join("; "));
  }

  /** Publishes messages in their order. Resolves with what became of each, in the same order. */
  async publish(messages: readonly string[]): Promise<readonly Confirmed[]> {
    const open = this.#open;
    if (open === undefined) throw new Error("There is no connection.");
    const { connection, channel } = open;
    const outcomes = messages.map((): Confirmed => "the broker does not say whether it has it");
    const returned = new Set<string>();
    const onReturn = ({ content }: { readonly content: Buffer }): void =>
      void returned.add(content.toString("utf8"));
    channel.on("return", onReturn);
    const all = messages.map(async (message, index) => {
      outcomes[index] = await this.#publishOne(channel, message);
    });
    try {
      await within(CONFIRM_TIMEOUT, Promise.all(all));
    } catch {
      this.#drop(connection);
    }
    channel.off("return", onReturn);
    // The queue is declared anew with the next connection.
    if (returned.size > 0) this.#drop(connection);
    return messages.map((message, index) => (returned.has(message) ? "no queue takes it" : outcomes[index]));
  }

  async close(): Promise<void> {
    const { connection } = this.#open ?? {};
    this.#open = undefined;
    // A broker that does not answer the farewell is left to find out.
    if (connection !== undefined) await within(FAREWELL, connection.close()).catch(() => undefined);
  }

  /** Publishes a message to each topic. Resolves with what went wrong with one of them. */
  async #publishOne(channel: ConfirmChannel, message: string): Promise<Confirmed> {
    const { exchange, topics } = this.#settings;
    const content = Buffer.from(message);
    const confirms = topics.map(
      (topic) =>
        new Promise<Confirmed>((resolve) => {
          const onConfirm = (error: unknown): void =>
            resolve(error === null ? undefined : `the broker did not take it: ${errorText(error)}`);
          channel.publish(exchange, `${topic}.info`, content, PROPERTIES, onConfirm);
        }),
    );
    return (await Promise.all(confirms)).find((problem) => problem !== undefined);
  }

  async #connect({ host, port, username, password }: BrokerHost): Promise<void> {
    const { vhost, tls } = this.#settings;
    // It takes a while to load, and only those who send there need it.
    const { connect } = await import("amqplib");
    const connection = await connect(
      {
        protocol: tls === false ? "amqp" : "amqps",
        hostname: host,
        port,
        username,
        password,
        vhost: encodeURIComponent(vhost),
        heartbeat: HEARTBEAT,
      },
      {
        timeout: CONNECT_TIMEOUT,
        noDelay: true,
        clientProperties: { connection_name: "imagetags" },
        ...(typeof tls === "object" ? { ca: tls.ca } : {}),
      },
    );
    let problem: Error | undefined;
    connection.on("error", (error) => void (problem = error));
    connection.on("close", () => this.#forget(connection));
    try {
      const channel = await within(
        CONNECT_TIMEOUT,
        this.#declare(connection, (error) => void (problem = error)),
      );
      this.#open = { connection, channel };
    } catch (error) {
      this.#drop(connection);
      throw problem ?? error;
    }
  }

  /** Declares exchange and queues as oslo.messaging does, so that nothing is lost before somebody listens. */
  async #declare(connection: ChannelModel, failed: (error: Error) => void): Promise<ConfirmChannel> {
    const { exchange, topics, durable } = this.#settings;
    const channel = await connection.createConfirmChannel();
    channel.on("error", failed);
    channel.on("close", () => this.#drop(connection));
    await channel.assertExchange(exchange, "topic", { durable, autoDelete: false });
    for (const topic of topics) {
      const queue = `${topic}.info`;
      await channel.assertQueue(queue, { durable, autoDelete: false });
      await channel.bindQueue(queue, exchange, queue);
    }
    return channel;
  }

  #forget(connection: ChannelModel): void {
    if (this.#open?.connection === connection) this.#open = undefined;
  }

  #drop(connection: ChannelModel | undefined): void {
    if (connection === undefined) return;
    this.#forget(connection);
    connection.close().catch(() => undefined);
  }
}

/** Rejects where work takes longer than so many milliseconds. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it does not answer")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
