import { startOurs } from "../lib/our-server.ts";
import { removalsOf } from "../lib/requests.ts";
import { sendAll } from "../lib/send-all.ts";
import { percentile } from "../lib/statistics.ts";
import type { Section } from "../lib/section.ts";

const CONNECTIONS = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const SHORT_CONNECTIONS = [1, 8];

export const connections: Section = {
  name: "connections",
  summary: "removals per second and their latency, over 1 to 256 connections",
  async run({ short }, stack) {
    const { token, port, seeder } = await startOurs(stack);
    const measure = async (count: number, over: number) =>
      sendAll(port, removalsOf(await seeder.makeTags(count), token), over);
    await measure(short ? 200 : 10_000, 32);
    const rows = [];
    for (const over of short ? SHORT_CONNECTIONS : CONNECTIONS) {
      const count = short ? 200 : Math.min(20_000, 4_000 * over);
      const { done, seconds, latencies } = await measure(count, over);
      rows.push({
        connections: over,
        perSecond: done / seconds,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
      });
    }
    return {
      figures: [],
      charts: [
        {
          file: "connections.svg",
          panels: [
            {
              title: "Removals per second",
              xLabel: "connections",
              logX: true,
              series: [{ name: "204", points: rows.map((row) => [row.connections, row.perSecond]) }],
            },
            {
              title: "Latency in milliseconds",
              xLabel: "connections",
              logX: true,
              series: [
                { name: "p50", points: rows.map((row) => [row.connections, row.p50]) },
                { name: "p99", points: rows.map((row) => [row.connections, row.p99]) },
              ],
            },
          ],
        },
      ],
      data: rows,
    };
  },
};
