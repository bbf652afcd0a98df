import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { NAMES, PEERS } from "../lib/contestants.ts";
import { flushTime } from "../lib/flush-time.ts";
import { startOurs } from "../lib/our-server.ts";
import { runRounds, type Result } from "../lib/rounds.ts";
import { formatTable, summarise } from "../lib/table.ts";
import type { Section } from "../lib/section.ts";

/** What a removal is to reach of what a server does that only answers. */
const TO_HTTP = 0.25;
const TO_EXPRESS = 0.33;

export const removals: Section = {
  name: "removals",
  summary: "removals per second, beside bare node:http and bare Express",
  async run({ short, rounds }, stack) {
    const { token, server, seeder } = await startOurs(stack);
    const servers: { name: string; port: number }[] = [{ name: NAMES.ours, port: server.port }];
    for (const { name, script } of PEERS) {
      const { port } = stack.use(await startServer({ script, logToFile: true }));
      servers.push({ name, port });
    }
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
    const measures: Result[] = [];
    const flushMilliseconds = flushTime(stack.use(temporaryFolder("bench")).path);
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
