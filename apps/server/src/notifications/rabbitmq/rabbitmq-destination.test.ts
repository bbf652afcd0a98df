import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { ask, makeImage } from "../../testing/api.ts";
import { cuttableProxy } from "../../testing/cuttable-proxy.ts";
import { openOutbox } from "../../testing/open-outbox.ts";
import { BROKER, describeWithRabbitmq, openMailbox, type Notification } from "../../testing/rabbitmq.ts";
import { startTestServer } from "../../testing/test-server.ts";
import { Dispatcher } from "../dispatcher.ts";
import type { BrokerHost } from "./broker-url.ts";
import { RABBITMQ, RabbitmqDestination, type RabbitmqSettings } from "./rabbitmq-destination.ts";

const wait = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 20_000, interval: 10 });

/** When changes of an image were, by its id, as notifications tell them, each once and in the order in which they came. */
function toldOf(came: readonly Notification[]): Map<unknown, unknown[]> {
  const told = new Map<unknown, unknown[]>();
  const known = new Set<unknown>();
  for (const { message } of came) {
    if (known.has(message["message_id"])) continue;
    known.add(message["message_id"]);
    const { id } = Object(message["payload"]);
    told.set(id, [...(told.get(id) ?? []), message["timestamp"]]);
  }
  return told;
}

const settings = (
  mailbox: { readonly exchange: string; readonly topic: string },
  said: Partial<RabbitmqSettings> = {},
): RabbitmqSettings => ({
  hosts: [BROKER],
  vhost: "/",
  tls: false,
  exchange: mailbox.exchange,
  topics: [mailbox.topic],
  durable: false,
  publisher: "image.localhost",
  ...said,
});

describeWithRabbitmq("notifications to RabbitMQ", () => {
  test("tell a change as Glance does, and by whom", async () => {
    await using mailbox = await openMailbox();
    await using server = await startTestServer({ env: mailbox.env });
    const id = await makeImage(server, { name: "one", tags: ["kept"], os_distro: "debian" });
    const headers = [["X-Openstack-Request-Id", "req-adding"]] as const;
    await ask(server, "PUT", `/v2/images/${id}/tags`, { body: '{"tags":["kept","a","b"]}', headers });
    await wait(async () => {
      const channel = await mailbox.connection.createChannel();
      channel.on("error", () => undefined);
      expect((await channel.checkQueue(mailbox.queue)).messageCount).toBe(2);
    });
    const came = await mailbox.listen();
    await wait(() => expect(came).toHaveLength(2));
    const last = came[1];
    expect(last?.properties).toMatchObject({
      contentType: "application/json",
      contentEncoding: "utf-8",
      deliveryMode: 2,
      priority: 0,
      headers: {},
    });
    expect(Object.keys(last?.envelope ?? {})).toEqual(["oslo.version", "oslo.message"]);
    expect(last?.envelope["oslo.version"]).toBe("2.0");
    expect(last?.message).toEqual({
      message_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
      publisher_id: "image.localhost",
      event_type: "image.update",
      priority: "INFO",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{6})?$/),
      payload: {
        id,
        name: "one",
        status: "queued",
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        min_disk: 0,
        min_ram: 0,
        protected: false,
        checksum: null,
        owner: "alpha",
        disk_format: null,
        container_format: null,
        size: null,
        virtual_size: null,
        is_public: false,
        visibility: "shared",
        properties: { os_distro: "debian" },
        tags: ["a", "b", "kept"],
        deleted: false,
        deleted_at: null,
      },
      _unique_id: expect.stringMatching(/^[\da-f]{32}$/),
      _context_user_id: "alice",
      _context_project_id: "alpha",
      _context_request_id: "req-adding",
    });
    expect(server.logged()).not.toContain("guest");
  });

  test("are not lost, nor out of an image's order, where the broker goes away again and again", async () => {
    await using mailbox = await openMailbox();
    await using proxy = await cuttableProxy(BROKER);
    await using db = await openOutbox(RABBITMQ);
    const here: BrokerHost = { ...BROKER, host: "127.0.0.1", port: proxy.port };
    const reports: string[] = [];
    const destination = new RabbitmqDestination(settings(mailbox, { hosts: [here] }), db.outbox);
    const tags = Array.from({ length: 30 }, (_, index) => `t${index}`);
    const images: string[] = [];
    {
      await using _ = new Dispatcher(db.outbox, [destination], (sentence) => reports.push(sentence));
      for (let round = 0; round < 6; round += 1) {
        if (round % 2 === 0) proxy.loseNextReply();
        else proxy.cut();
        images.push(await db.addTags(...tags));
        await sleep(100);
        proxy.restore();
      }
      await wait(async () => expect(await db.outbox.backlog([RABBITMQ])).toMatchObject([{ waiting: 0 }]));
    }
    const came = await mailbox.listen();
    await wait(() => expect([...toldOf(came).values()].flat()).toHaveLength(images.length * tags.length));
    for (const times of toldOf(came).values()) {
      expect(times).toEqual(times.toSorted());
    }
    expect(reports.length).toBeGreaterThan(0);
  });

  test("go to the next broker where the first does not answer, and to a queue that somebody deleted", async () => {
    await using mailbox = await openMailbox();
    await using db = await openOutbox(RABBITMQ);
    const hosts: RabbitmqSettings["hosts"] = [{ ...BROKER, host: "127.0.0.1", port: 1 }, BROKER];
    const destination = new RabbitmqDestination(settings(mailbox, { hosts }), db.outbox);
    await using _ = new Dispatcher(db.outbox, [destination], () => undefined);
    const empty = () =>
      wait(async () => expect(await db.outbox.backlog([RABBITMQ])).toMatchObject([{ waiting: 0 }]));
    const image = await db.addTags("a");
    await empty();
    const channel = await mailbox.connection.createChannel();
    await channel.deleteQueue(mailbox.queue);
    await db.addMore(image, "b");
    await empty();
    expect((await channel.checkQueue(mailbox.queue)).messageCount).toBe(1);
  });

  test("wait where the exchange was declared otherwise, and say so, until the setting fits", async () => {
    await using mailbox = await openMailbox();
    await using db = await openOutbox(RABBITMQ);
    const channel = await mailbox.connection.createChannel();
    await channel.assertExchange(mailbox.exchange, "topic", { durable: true });
    await db.addTags("a");
    const reports: string[] = [];
    {
      const destination = new RabbitmqDestination(settings(mailbox), db.outbox);
      await using _ = new Dispatcher(db.outbox, [destination], (sentence) => reports.push(sentence));
      await wait(() => expect(reports[0]).toMatch(/^Notifications to rabbitmq wait: .*PRECONDITION_FAILED/));
    }
    const destination = new RabbitmqDestination(settings(mailbox, { durable: true }), db.outbox);
    await using _ = new Dispatcher(db.outbox, [destination], () => undefined);
    await wait(async () => expect(await db.outbox.backlog([RABBITMQ])).toMatchObject([{ waiting: 0 }]));
    expect((await channel.checkQueue(mailbox.queue)).messageCount).toBe(1);
  });
});

test("a server on Glance's database without our tables does not start with notifications, and says what to do", async () => {
  const { GLANCE_FILE } = await import("../../testing/glance-file.ts");
  const env = { IMAGETAGS_NOTIFY_URL: "rabbit://127.0.0.1:1" };
  await expect(startTestServer({ env, copyOf: GLANCE_FILE })).rejects.toThrow(
    /imagetags-server migrate --alongside/,
  );
});
