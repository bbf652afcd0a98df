// CPU time of a call through the client beside the same call through undici alone.
import { availableParallelism, cpus } from "node:os";
import { createClient } from "@imagetags/client";
import { fetch as undiciFetch, request as undiciRequest } from "undici";
import { startServer } from "./lib/child-server.mjs";
import { PEERS } from "./lib/contestants.mjs";
import { median } from "./lib/statistics.mjs";
import { alignColumns } from "./lib/table.mjs";
import { tempFolder } from "./lib/temp-folder.mjs";
import { parseOptions, runCommand, UsageError, wholeNumber } from "./lib/usage.mjs";
import { withCleanup } from "./lib/with-cleanup.mjs";

const HELP = `Measures the CPU time of a removal through the client beside the same request through undici alone.

Usage: node bench/client.mjs [options]

  --rounds N  rounds; the table shows their medians (default: 7)
  --count N   calls of each kind in a round (default: 5000)
  --short     one round of few calls: shows that the bench works, not how fast anything is
  -h, --help  print this text
`;

/** How many calls are under way at once. */
const AT_ONCE = 8;

const TOKEN = "gAAAAABbench-client-token";
const IMAGE = "e7db3b45-8db7-47ad-8109-3fb55c2c24fd";

/**
 * Each way to make the one call, and what it must give: the status of the reply.
 * @param {string} endpoint
 * @returns {Record<string, () => Promise<number>>}
 */
function ways(endpoint) {
  const client = createClient({ endpoint, token: TOKEN });
  const params = { image_id: IMAGE, tag: "miracle" };
  const url = `${endpoint}/v2/images/${IMAGE}/tags/miracle`;
  const headers = { accept: "application/json", "x-auth-token": TOKEN };
  return {
    "the client": async () => (await client.imageTags.delete({ params })).status,
    // Node's own fetch is undici's, as Node brings it along.
    "fetch of Node": async () => {
      const response = await fetch(url, { method: "DELETE", headers });
      await response.body?.cancel();
      return response.status;
    },
    "fetch of undici": async () => {
      const response = await undiciFetch(url, { method: "DELETE", headers });
      await response.body?.cancel();
      return response.status;
    },
    "request of undici": async () => {
      const { statusCode, body } = await undiciRequest(url, { method: "DELETE", headers });
      await body.dump();
      return statusCode;
    },
  };
}

/**
 * Microseconds of CPU time that a call takes this process, without what the server takes.
 * @param {() => Promise<number>} call
 * @param {number} count
 */
async function cpuOf(call, count) {
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      const status = await call();
      if (status !== 204) throw new Error(`a call was answered ${status}`);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/**
 * @param {{ rounds: number, count: number }} plan
 * @param {AsyncDisposableStack} stack
 */
async function measure({ rounds, count }, stack) {
  const bare = PEERS.find(({ name }) => name === "node:http");
  if (bare === undefined) throw new Error("there is no bare server");
  const { port } = await startServer(bare, tempFolder(stack), stack);
  const contestants = Object.entries(ways(`http://127.0.0.1:${port}`)).map(([name, call]) => ({
    name,
    call,
    /** @type {number[]} */
    measures: [],
  }));
  for (const { call } of contestants) await cpuOf(call, Math.ceil(count / 2));
  for (let round = 0; round < rounds; round += 1) {
    for (const { call, measures } of contestants) measures.push(await cpuOf(call, count));
  }
  return contestants;
}

await runCommand(async (args) => {
  const values = parseOptions(args, {
    rounds: { type: "string" },
    count: { type: "string" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (values.short && (values.rounds !== undefined || values.count !== undefined)) {
    throw new UsageError("--short sets the rounds and the count itself.");
  }
  const rounds = values.short ? 1 : wholeNumber("--rounds", values.rounds ?? "7", 100);
  const count = values.short ? 200 : wholeNumber("--count", values.count ?? "5000", 1_000_000);
  const contestants = await withCleanup((stack) => measure({ rounds, count }, stack));
  const ours = contestants[0]?.measures ?? [];
  const rows = contestants.map(({ name, measures }) => [
    name,
    median(measures).toFixed(0),
    // Round by round, for what else the machine does falls on neighbours alike.
    median(measures.map((time, round) => (ours[round] ?? Number.NaN) / time)).toFixed(2),
  ]);
  const machine = `Node.js ${process.version}, ${availableParallelism()} CPUs (${cpus()[0]?.model ?? "unknown"})`;
  process.stdout.write(
    `CPU time of a removal that is answered 204; ${machine}\n` +
      `${count} calls of each kind, ${AT_ONCE} at once; medians of ${rounds} rounds\n\n` +
      `${alignColumns([["", "µs per call", "the client to it"], ...rows], 0)}\n` +
      (values.short ? "\nThis run was too short to tell how fast anything is.\n" : ""),
  );
});
