import { setTimeout as delay } from "node:timers/promises";
import { Connection } from "../lib/connection.ts";
import type { Reply } from "../lib/reply-reader.ts";
import { startOurs } from "../lib/our-server.ts";
import { removalsOf } from "../lib/requests.ts";
import { sendAll } from "../lib/send-all.ts";
import { percentile } from "../lib/statistics.ts";
import type { Section } from "../lib/section.ts";

const CONNECTIONS = 128;
/** How long between two checks, in milliseconds. */
const PAUSE = 5;
const CHECK = Buffer.from("GET /healthcheck HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

export const health: Section = {
  name: "health",
  summary: "GET /healthcheck while as many tags are removed as the server can",
  async run({ short, rounds }, stack) {
    const { token, port, seeder } = await startOurs(stack);
    const probe = await new Connection(port).opened();
    stack.defer(() => probe.close());
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const requests = removalsOf(await seeder.makeTags(short ? 1_000 : 20_000), token);
      const load = sendAll(port, requests, CONNECTIONS);
      const ended = load.then(() => true);
      do {
        const time = await timeCheck(probe);
        if (round > 0) times.push(time);
      } while (!(await Promise.race([ended, delay(PAUSE, false)])));
    }
    const sorted = times.toSorted((a, b) => a - b);
    const name = `health check under ${CONNECTIONS} connections that remove, p99`;
    const measured = percentile(sorted, 0.99);
    return {
      figures: [{ name, measured, target: { atMost: 50 }, unit: "ms" }],
      data: { checks: sorted.length, p50: percentile(sorted, 0.5), p99: measured, most: sorted.at(-1) },
    };
  },
};

async function timeCheck(probe: Connection) {
  const began = performance.now();
  const reply = await new Promise<Reply | Error>((resolve) => probe.send(CHECK, resolve));
  if (reply instanceof Error) throw reply;
  if (reply.status !== 200) throw new Error(`The health check was answered ${reply.status}.`);
  return performance.now() - began;
}
