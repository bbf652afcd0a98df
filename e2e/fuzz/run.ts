// Sends random requests to a server of its own, over raw connections, and holds every reply to openapi.json.
// usage: run.ts [--count REQUESTS] [--seconds LIMIT] [--seed SEED] [--connections N] [--memory MB] [--pause MS]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startServer } from "@imagetags/testing/server/start-server";
import { converse } from "./conversation.ts";
import { Random } from "./random.ts";
import { CALLERS } from "./values.ts";

/** More images would make lists long, and other requests rare. */
const MOST_IMAGES = 200;
/** After so many findings there is enough to read. */
const MOST_FINDINGS = 20;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: String(Date.now() % 2 ** 32) },
    connections: { type: "string", default: "8" },
    memory: { type: "string", default: "400" },
    pause: { type: "string", default: "500" },
  },
});
const [count, seconds, seed, connections, memory, pause] = [
  values.count,
  values.seconds,
  values.seed,
  values.connections,
  values.memory,
  values.pause,
].map(Number) as [number, number, number, number, number, number];

const watch = fileURLToPath(new URL("watch-pauses.ts", import.meta.url));
await using server = await startServer({
  tokens: CALLERS,
  settings: { IMAGETAGS_LOG_LEVEL: "error" },
  nodeOptions: ["--max-semi-space-size=8", `--import=${watch}`],
  logToFile: true,
});

const images: string[] = [];
const statuses = new Map<number, number>();
const findings: string[] = [];
const until = performance.now() + seconds * 1_000;
let requests = 0;
let replies = 0;
let conversations = 0;
let resident = 0;

await Promise.all(Array.from({ length: connections }, work));
report();

async function work(): Promise<void> {
  while (requests < count && performance.now() < until && findings.length < MOST_FINDINGS) {
    const number = (conversations += 1);
    try {
      const outcome = await converse(server.port, new Random(seed + number), images);
      requests += outcome.requests;
      replies += outcome.replies.length;
      for (const { status } of outcome.replies) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      for (const problem of outcome.problems) findings.push(`conversation ${number}: ${problem}`);
      images.push(...outcome.made);
      images.splice(0, Math.max(0, images.length - MOST_IMAGES));
    } catch (error) {
      findings.push(`conversation ${number}: ${error instanceof Error ? error.message : String(error)}`);
      if (server.hasEnded()) return;
    }
    if (number % 100 === 0) look();
  }
}

/** Looks how much memory the server has. Source: proc_pid_status(5). */
function look(): void {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  resident = Math.max(resident, Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024));
}

function report(): void {
  if (server.hasEnded()) findings.push("The server has ended.");
  else look();
  const pauses = pausesOf(server.folder.at("pauses.json"));
  if (resident > memory) findings.push(`The server took ${resident} MB of memory.`);
  if (pauses.cpu > pause) findings.push(`The event loop did not turn for ${pauses.cpu} ms of work.`);
  const counted = [...statuses]
    .toSorted(([one], [other]) => one - other)
    .map(([status, times]) => `${times} x ${status}`);
  console.log(
    `seed ${seed}: ${requests} requests in ${conversations} connections got ${replies} replies: ${counted.join(", ")}`,
  );
  console.log(`memory ${resident} MB; longest pause ${pauses.cpu} ms of work, ${pauses.wall} ms in all`);
  for (const finding of findings) console.log(`FAILED - ${finding}`);
  console.log(findings.length === 0 ? "1 passed, 0 failed" : `0 passed, ${findings.length} failed`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function pausesOf(path: string): { readonly wall: number; readonly cpu: number } {
  try {
    const { wall, cpu }: { wall: number; cpu: number } = JSON.parse(readFileSync(path, "utf8"));
    return { wall, cpu };
  } catch (error) {
    findings.push(`The server's pauses were not measured: ${String(error)}`);
    return { wall: 0, cpu: 0 };
  }
}
