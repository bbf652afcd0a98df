import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Rabbitmq } from "@imagetags/testing/brokers/start-rabbitmq";
import type { Mariadb } from "@imagetags/testing/databases/start-mariadb";
import { runServer, startServer, type ServerProcess } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import type { Checks } from "../lib/checks.ts";
import { judge, makeTargets, removeAll } from "../lib/removals.ts";
import { openHookReceiver } from "./hook-receiver.ts";
import { emptyQueue } from "./mailbox.ts";
import { until } from "./until.ts";

const TOKEN = "crash-token";
const TOKENS = [{ token: TOKEN, user_id: "crash", project_id: "crash", roles: ["member"] }];
const DATABASE = "crash";
const TOPIC = "crash";
const TAGS_PER_IMAGE = 60;

/** An event as its table has it: without hyphens, and with the image and the request that it is of. */
interface Recorded {
  readonly id: string;
  readonly imageId: string;
  readonly requestId: string;
}

/** What is killed, and how often each. */
export interface Killed {
  readonly mariadb: Mariadb;
  readonly rabbitmq: Rabbitmq;
  readonly rounds: number;
}

/**
 * Removes tags while the broker, the database and the server are killed in turn, and holds what was told to the events that
 * the table has: each is told, and nothing else is.
 */
export async function killedSenderChecks(
  checks: Checks,
  { mariadb, rabbitmq, rounds }: Killed,
): Promise<void> {
  using folder = temporaryFolder("hooks");
  await using receiver = await openHookReceiver();
  await using stack = new AsyncDisposableStack();
  const file = folder.at("webhooks.yaml");
  writeFileSync(file, `webhooks: [{ name: hook, url: "${receiver.url}", secret: "${receiver.secret}" }]`);
  await mariadb.createDatabase(DATABASE);
  const database = { IMAGETAGS_DATABASE_URL: mariadb.url(DATABASE) };
  await runServer(["migrate"], database, folder.path);
  const serve = async (): Promise<ServerProcess> =>
    stack.use(
      await startServer({
        settings: {
          ...database,
          IMAGETAGS_TAG_QUOTA: "-1",
          IMAGETAGS_LOG_LEVEL: "error",
          IMAGETAGS_NOTIFY_URL: rabbitmq.url,
          IMAGETAGS_NOTIFY_EXCHANGE: TOPIC,
          IMAGETAGS_NOTIFY_TOPICS: TOPIC,
          IMAGETAGS_NOTIFY_DURABLE: "true",
          IMAGETAGS_WEBHOOKS_FILE: file,
          IMAGETAGS_WEBHOOKS_ALLOW: "127.0.0.1",
        },
        tokens: TOKENS,
      }),
    );
  let server = await serve();
  const kills: readonly (readonly [what: string, kill: () => Promise<void>])[] = [
    ["RabbitMQ", () => again(rabbitmq)],
    ["the database", () => again(mariadb)],
    [
      "the server",
      async () => {
        await server.kill();
        server = await serve();
      },
    ],
  ];
  const all = Array.from({ length: rounds }, () => kills).flat();
  for (const [round, [what, kill]] of all.entries()) {
    await checks.check(`kill -9 of ${what} while tags are removed: every answer is true`, async () => {
      const targets = await makeTargets(server.url, TOKEN, round, TAGS_PER_IMAGE);
      const toldBefore = receiver.ids.length;
      await removeAll(
        targets,
        () => server.url,
        TOKEN,
        async () => {
          // It is to be killed while it sends, at any moment of that.
          await until("webhook", () => (receiver.ids.length > toldBefore + 20 ? true : undefined));
          await sleep(Math.random() * 100);
          await kill();
        },
      );
      const rows = await mariadb.query(
        "SELECT image_id, value, deleted FROM image_tags ORDER BY id",
        DATABASE,
      );
      const ids = new Set(targets.map(({ imageId }) => imageId));
      judge(
        targets,
        rows.filter(([imageId = ""]) => ids.has(imageId)),
      );
    });
  }
  await checks.check("all that waits is sent after that", () =>
    until("empty outbox", async () => {
      const [[waiting] = []] = await mariadb.query("SELECT count(*) FROM imagetags_outbox", DATABASE);
      await sleep(200);
      return waiting === "0" ? true : undefined;
    }),
  );
  const events = await recordedEvents(mariadb);
  const messages = await emptyQueue(rabbitmq.amqpUrl, `${TOPIC}.info`);
  await checks.check("RabbitMQ was told of every change, of each image in order, and of no other", () =>
    // What one request changed of an image is one notification, or a few.
    holdTold(
      "RabbitMQ",
      messages.map(({ message }) => String(message["_unique_id"])),
      events,
      ({ imageId, requestId }) => `${imageId} ${requestId}`,
    ),
  );
  await checks.check("the webhook was told of every change, of each image in order, and of no other", () => {
    if (receiver.refused.length > 0) throw new Error(`Not verified: ${receiver.refused[0]}`);
    const told = receiver.ids.map((id) => id.replaceAll("-", ""));
    holdTold("the webhook", told, events, ({ id }) => id);
  });
}

async function again(killed: Pick<Mariadb, "kill" | "start">): Promise<void> {
  await killed.kill();
  await sleep(300);
  await killed.start();
}

async function recordedEvents(mariadb: Mariadb): Promise<readonly Recorded[]> {
  const select = "SELECT lower(hex(id)), image_id, request_id FROM imagetags_events ORDER BY id";
  const rows = await mariadb.query(select, DATABASE);
  return rows.map(([id = "", imageId = "", requestId = ""]) => ({ id, imageId, requestId }));
}

/** Throws where one of what `partOf` tells apart was not told, what was told is not there, or came before an earlier one. */
function holdTold(
  who: string,
  told: readonly string[],
  events: readonly Recorded[],
  partOf: (event: Recorded) => string,
): void {
  const byId = new Map(events.map((event) => [event.id, event]));
  const foreign = told.filter((id) => !byId.has(id));
  const known = new Set(told);
  const parts = new Set([...known].flatMap((id) => byId.get(id) ?? []).map(partOf));
  const lost = new Set(events.map(partOf)).difference(parts);
  const last = new Map<string, string>();
  let early = 0;
  for (const id of known) {
    const { imageId } = byId.get(id) ?? { imageId: "" };
    if (id < (last.get(imageId) ?? "")) early += 1;
    last.set(imageId, id);
  }
  console.log(
    `    ${who}: ${events.length} events, told by ${known.size} messages: ${lost.size} lost, ${foreign.length} that were ` +
      `never committed, ${early} out of order, ${told.length - known.size} sent once more`,
  );
  if (lost.size + foreign.length + early > 0) throw new Error(`Lost: ${[...lost].slice(0, 3).join(", ")}`);
}
