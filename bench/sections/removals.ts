import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { NAMES, PEERS } from "../lib/contestants.ts";
import { flushTime } from "../lib/flush-time.ts";
import { startOurs } from "../lib/our-server.ts";
import { runRounds, type Generator, type Result } from "../lib/rounds.ts";
import { formatTable, summarise, type Row } from "../lib/table.ts";
import type { Figure, Section } from "../lib/section.ts";
import { hasWrk } from "../lib/wrk.ts";

/** What a removal is to reach of what a server does that only answers; a single connection waits for each flush. */
const TO_HTTP = 0.25;
const TO_HTTP_ALONE = 0.15;
const TO_EXPRESS = 0.33;

const NO_WRK =
  "wrk is not installed: there are no figures by it. The bench's own generator takes several times its CPU for a " +
  "request, which slows the bare servers more than ours.";

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
    const generators: Generator[] = hasWrk() ? ["wrk", "own"] : ["own"];
    const count = short ? 500 : 20_000;
    const plan = {
      rounds,
      generators,
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
    const tables = generators.map((generator) => ({ generator, rows: summarise(measures, generator) }));
    const text = [
      `Removals: SQLite, journal_mode=WAL, synchronous=FULL; this disk makes 4 KB durable in ` +
        `${flushMilliseconds.toFixed(2)} ms`,
      ...tables.map(({ generator, rows }) => `${TITLES[generator]}\n\n${formatTable(rows)}`),
      ...(generators.includes("wrk") ? [] : [NO_WRK]),
    ].join("\n\n");
    const rows = tables.flatMap((table) => table.rows);
    return { figures: rows.flatMap(figuresOf), text, data: { flushMilliseconds, rows, measures } };
  },
};

const TITLES = { wrk: "Sent by wrk, from one thread", own: "Sent by the bench's own generator" } as const;

/** What our server's rows are to reach. */
function figuresOf({ server, generator, connections, toHttp, toExpress }: Row): Figure[] {
  if (server !== NAMES.ours) return [];
  const load = `${connections} ${connections === 1 ? "connection" : "connections"}`;
  const by = generator === "wrk" ? ", by wrk" : "";
  const target = { atLeast: connections === 1 ? TO_HTTP_ALONE : TO_HTTP };
  const http = { name: `removal to node:http, ${load}${by}`, measured: toHttp, target };
  if (connections === 1) return generator === "wrk" ? [http] : [];
  const express = { name: `removal to Express, ${load}${by}`, measured: toExpress };
  return [http, generator === "wrk" ? express : { ...express, target: { atLeast: TO_EXPRESS } }];
}
