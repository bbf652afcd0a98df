import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startServer } from "@imagetags/testing/server/start-server";
import { PEERS } from "../lib/contestants.ts";
import { median } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";
import type { Section } from "../lib/section.ts";

const CALLS = fileURLToPath(new URL("../peers/client-calls.ts", import.meta.url));

/** What the others are compared with. */
const BASE = "fetch of undici";

/** The ways to make the one call, by the names that `client-calls.ts` has for them. */
const WAYS = [
  "client, fetch of Node",
  "client, undiciFetch",
  "fetch of Node",
  BASE,
  "fetch of undici, with a time limit",
  "request of undici",
];

/** A round is divided into so many turns: what else the machine does then falls on all ways alike. */
const TURNS = 8;

/** A process that makes the call in one way, and the microseconds of CPU time that a call takes it. */
function caller(way: string, endpoint: string, stack: AsyncDisposableStack) {
  const child = fork(CALLS, [way, endpoint]);
  const ended = once(child, "exit");
  stack.defer(async () => {
    child.kill();
    await ended;
  });
  const failed = ended.then(() => {
    throw new Error(`${way}: its process ended`);
  });
  // It ends in any case when all is measured.
  failed.catch(() => {});
  return async (count: number) => {
    child.send(count);
    const [microseconds] = await Promise.race([once(child, "message"), failed]);
    return Number(microseconds);
  };
}

export const client: Section = {
  name: "client",
  summary: "CPU time of a removal through the client, beside the same through undici alone",
  async run({ short, rounds }, stack) {
    const bare = PEERS.find(({ name }) => name === "node:http");
    if (bare === undefined) throw new Error("there is no bare server");
    const { port } = stack.use(await startServer({ script: bare.script, logToFile: true }));
    const count = short ? 100 : 2_000;
    const contestants = WAYS.map((name) => {
      const measures: number[] = [];
      return { name, measure: caller(name, `http://127.0.0.1:${port}`, stack), measures };
    });
    for (const { measure } of contestants) await measure(5 * count);
    for (let turn = 0; turn < rounds * TURNS; turn += 1) {
      for (const { measure, measures } of contestants) measures.push(await measure(count));
    }
    const base = contestants.find(({ name }) => name === BASE)?.measures ?? [];
    const rows = contestants.map(({ name, measures }) => ({
      name,
      microseconds: median(measures),
      // Turn by turn, for what else the machine does falls on neighbours alike.
      ratio: median(measures.map((time, turn) => time / (base[turn] ?? NaN))),
    }));
    const figures = rows.slice(0, 2).map(({ name, ratio }) => ({
      name: `CPU time of a call, ${name}, to undici's fetch`,
      measured: ratio,
      target: { atMost: 1.3 },
    }));
    const lines = rows.map((row) => [row.name, row.microseconds.toFixed(0), row.ratio.toFixed(2)]);
    const text =
      "A removal that is answered 204, each way in a process of its own\n\n" +
      alignColumns([["", "CPU µs per call", `to ${BASE}`], ...lines], 0);
    return { figures, text, data: rows };
  },
};
