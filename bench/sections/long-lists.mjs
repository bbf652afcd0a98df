import { setTimeout as delay } from "node:timers/promises";
import { startServer } from "../lib/child-server.mjs";
import { Connection } from "../lib/connection.mjs";
import { newToken, ourServer } from "../lib/contestants.mjs";
import { removalsOf } from "../lib/requests.mjs";
import { seedImages } from "../lib/seed-images.mjs";
import { Seeder } from "../lib/seed.mjs";
import { percentile } from "../lib/statistics.mjs";
import { alignColumns } from "../lib/table.mjs";
import { tempFolder } from "../lib/temp-folder.mjs";

/** @typedef {import("../lib/section.mjs").Section} Section */

const IMAGES = 100_000;
const SHORT_IMAGES = 5_000;
/** How long between two requests, in milliseconds. */
const PAUSE = 5;
const TAGS = Array.from({ length: 128 }, (_, index) => `nobody-${index}`).join(",");
/** The lists that are read without a pause meanwhile: each looks at every image. */
const QUERIES = ["zz=1", `not-tags=${TAGS}&zz=1`];
const CHECK = Buffer.from("GET /healthcheck HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

/** @type {Section} */
export const longLists = {
  name: "long-lists",
  summary: "GET /healthcheck and removals while lists look at each of 100,000 images",
  async run({ short, rounds }, stack) {
    const folder = tempFolder(stack);
    const token = newToken();
    const path = `${folder}/many.db`;
    await seedImages(path, short ? SHORT_IMAGES : IMAGES);
    const program = ourServer(folder, token);
    const env = { ...program.env, IMAGETAGS_DATABASE_URL: `sqlite:${path}` };
    const { port } = await startServer({ ...program, env }, folder, stack);
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
    const checks = [];
    const removed = [];
    for (const removal of removals) {
      checks.push(await timed(probe, CHECK, 200));
      removed.push(await timed(probe, removal, 204));
      await delay(PAUSE);
    }
    stop.abort();
    const lists = (await Promise.all(reading)).flat();
    const [check, removal, list] = [checks, removed, lists].map((times) => times.toSorted((a, b) => a - b));
    const row = (/** @type {string} */ name, /** @type {readonly number[]} */ times) => [
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

/**
 * A connection that asks for one list over and over.
 * @param {number} port
 * @param {string} token
 * @param {string} query
 */
async function reader(port, token, query) {
  const connection = await new Connection(port).opened();
  const request = Buffer.from(
    `GET /v2/images?${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: ${token}\r\n\r\n`,
  );
  return {
    connection,
    async read(/** @type {AbortSignal} */ signal) {
      const times = [];
      while (!signal.aborted) times.push(await timed(connection, request, 200));
      return times;
    },
  };
}

/**
 * @param {Connection} connection
 * @param {Buffer} request
 * @param {number} status that it is to be answered
 */
async function timed(connection, request, status) {
  const began = performance.now();
  const reply = await new Promise((resolve) => connection.send(request, resolve));
  if (reply.status !== status) throw new Error(`A request was answered ${reply.status ?? reply}.`);
  return performance.now() - began;
}
