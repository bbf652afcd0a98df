import { setTimeout as delay } from "node:timers/promises";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { Connection } from "../lib/connection.ts";
import { newToken, ourServer } from "../lib/contestants.ts";
import type { Reply } from "../lib/reply-reader.ts";
import { removalsOf } from "../lib/requests.ts";
import type { Section } from "../lib/section.ts";
import { seedImages } from "../lib/seed-images.ts";
import { Seeder } from "../lib/seed.ts";
import { percentile } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";

const IMAGES = 100_000;
const SHORT_IMAGES = 5_000;
/** How long between two requests, in milliseconds. */
const PAUSE = 5;
const TAGS = Array.from({ length: 128 }, (_, index) => `nobody-${index}`).join(",");
/** The lists that are read without a pause meanwhile: each looks at every image. */
const QUERIES = ["zz=1", `not-tags=${TAGS}&zz=1`];
const CHECK = Buffer.from("GET /healthcheck HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

export const longLists: Section = {
  name: "long-lists",
  summary: "GET /healthcheck and removals while lists look at each of 100,000 images",
  async run({ short, rounds }, stack) {
    const folder = stack.use(temporaryFolder("bench"));
    const token = newToken();
    const path = folder.at("many.db");
    await seedImages(path, short ? SHORT_IMAGES : IMAGES);
    const settings = { IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
    const { port } = stack.use(await startServer(ourServer(token, settings)));
    const count = (short ? 1 : rounds) * 200;
    const removals = removalsOf(await new Seeder(port, token).makeTags(count), token);
    const readers = await Promise.all(QUERIES.map((query) => reader(port, token, query)));
    for (const { connection } of readers) stack.defer(() => connection.close());
    const probe = await new Connection(port).opened();
    stack.defer(() => probe.close());

    const stop = new AbortController();
    const reading = readers.map((one) => one.read(stop.signal));
    // The first list starts the thread.
    await delay(1_000);
    const checks: number[] = [];
    const removed: number[] = [];
    for (const removal of removals) {
      checks.push(await timed(probe, CHECK, 200));
      removed.push(await timed(probe, removal, 204));
      await delay(PAUSE);
    }
    stop.abort();
    const lists = (await Promise.all(reading)).flat();
    const [check, removal, list] = [checks, removed, lists].map((times) => times.toSorted((a, b) => a - b));
    const row = (name: string, times: readonly number[]) => [
      name,
      ...[0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(1)),
    ];
    const target = { atMost: 50 };
    return {
      figures: [
        {
          name: "health check while long lists are read, p99",
          measured: percentile(check ?? [], 0.99),
          target,
          unit: "ms",
        },
        {
          name: "removal while long lists are read, p99",
          measured: percentile(removal ?? [], 0.99),
          target,
          unit: "ms",
        },
      ],
      text:
        "Milliseconds while two lists that look at every image are read without a pause\n\n" +
        alignColumns(
          [
            ["", "p50", "p99", "most"],
            row("GET /healthcheck", check ?? []),
            row("DELETE of a tag", removal ?? []),
            row("the lists", list ?? []),
          ],
          0,
        ),
      data: { lists: lists.length, checks: check, removals: removal },
    };
  },
};

/** A connection that asks for one list over and over. */
async function reader(port: number, token: string, query: string) {
  const connection = await new Connection(port).opened();
  const request = Buffer.from(
    `GET /v2/images?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: ${token}\r\n\r\n`,
  );
  return {
    connection,
    async read(signal: AbortSignal) {
      const times: number[] = [];
      while (!signal.aborted) times.push(await timed(connection, request, 200));
      return times;
    },
  };
}

/** How long a request takes, in milliseconds; `status` is what it is to be answered. */
async function timed(connection: Connection, request: Buffer, status: number): Promise<number> {
  const began = performance.now();
  const reply = await new Promise<Reply | Error>((resolve) => connection.send(request, resolve));
  if (reply instanceof Error) throw reply;
  if (reply.status !== status) throw new Error(`A request was answered ${reply.status}.`);
  return performance.now() - began;
}
