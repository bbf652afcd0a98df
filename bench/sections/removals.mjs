import { startServer } from "../lib/child-server.mjs";
import { NAMES, PEERS } from "../lib/contestants.mjs";
import { flushTime } from "../lib/flush-time.mjs";
import { startOurs } from "../lib/our-server.mjs";
import { runRounds } from "../lib/rounds.mjs";
import { formatTable, summarise } from "../lib/table.mjs";

/** @typedef {import("../lib/section.mjs").Section} Section */

/** What a removal is to reach of what a server does that only answers. */
const TO_HTTP = 0.25;
const TO_EXPRESS = 0.33;

/** @type {Section} */
export const removals = {
  name: "removals",
  summary: "removals per second, beside bare node:http and bare Express",
  async run({ short, rounds }, stack) {
    const { folder, token, server, seeder } = await startOurs(stack);
    const servers = [server];
    for (const peer of PEERS) servers.push(await startServer(peer, folder, stack));
    const count = short ? 500 : 20_000;
    const plan = {
      rounds,
      warmUp: { connections: 32, count: short ? 200 : 5_000 },
      loads: [
        // One connection waits for every flush by itself, so it needs fewer for as long a measure.
        { connections: 1, count: count / 5 },
        { connections: 32, count },
        { connections: 128, count },
      ],
    };
    /** @type {import("../lib/rounds.mjs").Result[]} */
    const measures = [];
    const flushMilliseconds = flushTime(folder);
    await runRounds({ servers, seeder, token }, plan, (result) => measures.push(result));
    const rows = summarise(measures);
    const figures = rows
      .filter(({ server: name, connections }) => name === NAMES.ours && connections > 1)
      .flatMap(({ connections, toHttp, toExpress }) => [
        {
          name: `removal to node:http, ${connections} connections`,
          measured: toHttp,
          target: { atLeast: TO_HTTP },
        },
        {
          name: `removal to Express, ${connections} connections`,
          measured: toExpress,
          target: { atLeast: TO_EXPRESS },
        },
      ]);
    const text =
      `Removals: SQLite, journal_mode=WAL, synchronous=FULL; this disk makes 4 KB durable in ` +
      `${flushMilliseconds.toFixed(2)} ms\n\n${formatTable(rows)}`;
    return { figures, text, data: { flushMilliseconds, rows, measures } };
  },
};
