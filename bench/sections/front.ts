import { writeFileSync } from "node:fs";
import { freePort } from "@imagetags/testing/free-port";
import { answers, startProgram } from "@imagetags/testing/processes/program";
import { startServer } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { fileURLToPath } from "node:url";
import { newToken, ourServer } from "../lib/contestants.ts";
import { cpuSeconds, mostMegabytes, pinTo } from "../lib/process-facts.ts";
import { sendAll } from "../lib/send-all.ts";
import { median, percentile } from "../lib/statistics.ts";
import { alignColumns } from "../lib/table.ts";
import { getBytes, sendBytes } from "../lib/transfer.ts";
import type { Section } from "../lib/section.ts";

const STAND_IN = fileURLToPath(new URL("../peers/glance-stand-in.ts", import.meta.url));

const GB = 1024 ** 3;
const CONNECTIONS = 32;
/** How long the stand-in takes for a GET, in milliseconds: less than Glance for its shortest. */
const WAIT = 10;

/** Where the same requests go: past the one that is measured, or through it. */
interface Way {
  readonly name: "direct" | "haproxy" | "imagetags";
  readonly port: number;
  readonly pid?: number;
}

/** What went one way in one round. */
interface Measure {
  readonly name: string;
  readonly up: number;
  readonly down: number;
  readonly p50: number;
  readonly cpu: number;
}

export const front: Section = {
  name: "front",
  summary: "what passes to Glance, 2 GB each way and short requests, beside HAProxy",
  async run({ short, rounds }, stack) {
    const ways = await startWays(stack);
    const bytes = short ? GB / 64 : 2 * GB;
    const measures: Measure[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      // Each goes first as often as the others.
      for (let turn = 0; turn < ways.length; turn += 1) {
        const way = ways[(turn + round) % ways.length];
        if (way === undefined) continue;
        const measure = await passThrough(way, round === 0 ? bytes / 16 : bytes, short ? 500 : 5_000);
        // The first round warms up.
        if (round > 0) measures.push(measure);
      }
    }
    const of = (name: Way["name"], what: (measure: Measure) => number) =>
      measures.filter((measure) => measure.name === name).map(what);
    const middle = (name: Way["name"], what: (measure: Measure) => number) => median(of(name, what));
    const up = middle("haproxy", (one) => one.up) / middle("imagetags", (one) => one.up);
    const down = middle("haproxy", (one) => one.down) / middle("imagetags", (one) => one.down);
    const added = middle("imagetags", (one) => one.p50) - middle("direct", (one) => one.p50);
    const pid = ways.find(({ name }) => name === "imagetags")?.pid ?? 0;
    return {
      figures: [
        { name: "front: 2 GB to Glance, to HAProxy", measured: up, target: { atLeast: 0.5 } },
        { name: "front: 2 GB from Glance, to HAProxy", measured: down, target: { atLeast: 0.5 } },
        {
          name: `front: added to a GET, ${CONNECTIONS} connections, p50`,
          measured: added,
          target: { atMost: 1 },
          unit: "ms",
        },
        { name: "front: memory", measured: mostMegabytes(pid) ?? NaN, target: { atMost: 200 }, unit: "MB" },
      ],
      text: toTable(ways, of),
      data: measures,
    };
  },
};

/** Starts the stand-in, and before it HAProxy and ours, which take turns on one CPU. */
async function startWays(stack: AsyncDisposableStack): Promise<readonly Way[]> {
  const upstream = stack.use(await startServer({ script: STAND_IN, logToFile: true }));
  const folder = stack.use(temporaryFolder("bench"));
  const port = await freePort();
  writeFileSync(folder.at("haproxy.cfg"), haproxySettings(port, upstream.port));
  const haproxy = stack.use(
    await startProgram(
      {
        name: "HAProxy",
        command: "haproxy",
        args: ["-db", "-f", folder.at("haproxy.cfg")],
        folder: folder.path,
        log: folder.at("log"),
      },
      () => answers(`http://127.0.0.1:${port}/`),
    ),
  );
  const settings = {
    IMAGETAGS_GLANCE_URL: upstream.url,
    IMAGETAGS_DATABASE_URL: `sqlite:${folder.at("glance.db")}`,
  };
  const ours = stack.use(await startServer(ourServer(newToken(), settings)));
  for (const pid of [haproxy.pid, ours.pid]) pinTo(0, pid);
  return [
    { name: "direct", port: upstream.port },
    { name: "haproxy", port, pid: haproxy.pid },
    { name: "imagetags", port: ours.port, pid: ours.pid },
  ];
}

function haproxySettings(port: number, upstream: number): string {
  return `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
frontend image
  bind 127.0.0.1:${port}
  default_backend glance
backend glance
  server glance 127.0.0.1:${upstream}
`;
}

async function passThrough({ name, port, pid }: Way, bytes: number, count: number): Promise<Measure> {
  const before = pid === undefined ? 0 : cpuSeconds(pid);
  const up = await sendBytes(port, bytes);
  const down = await getBytes(port, bytes);
  const cpu = pid === undefined ? 0 : cpuSeconds(pid) - before;
  const request = Buffer.from(`GET /v2/images/42?wait=${WAIT} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  const requests = Array.from({ length: count }, () => request);
  const { latencies } = await sendAll(port, requests, CONNECTIONS);
  return { name, up, down, cpu: (cpu / (2 * bytes)) * GB, p50: percentile(latencies, 0.5) };
}

function toTable(
  ways: readonly Way[],
  of: (name: Way["name"], what: (measure: Measure) => number) => number[],
): string {
  const spread = (values: number[], digits: number) =>
    `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;
  const lines = ways.map(({ name }) => [
    name,
    spread(
      of(name, (one) => one.up),
      2,
    ),
    spread(
      of(name, (one) => one.down),
      2,
    ),
    spread(
      of(name, (one) => one.cpu),
      2,
    ),
    spread(
      of(name, (one) => one.p50),
      2,
    ),
  ]);
  const headings = ["way", "2 GB up, s", "2 GB down, s", "its CPU, s/GB", "GET p50, ms"];
  return (
    `Passing to a stand-in for glance-api that takes ${WAIT} ms for a GET; HAProxy and imagetags on one CPU in turn; ` +
    `medians, and the least and most\n\n${alignColumns([headings, ...lines], 0)}`
  );
}
