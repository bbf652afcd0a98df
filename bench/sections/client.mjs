import { createClient } from "@imagetags/client";
import { fetch as undiciFetch, request as undiciRequest } from "undici";
import { startServer } from "../lib/child-server.mjs";
import { PEERS } from "../lib/contestants.mjs";
import { median } from "../lib/statistics.mjs";
import { alignColumns } from "../lib/table.mjs";
import { tempFolder } from "../lib/temp-folder.mjs";

/** @typedef {import("../lib/section.mjs").Section} Section */

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

/** @type {Section} */
export const client = {
  name: "client",
  summary: "CPU time of a removal through the client, beside the same through undici alone",
  async run({ short, rounds }, stack) {
    const bare = PEERS.find(({ name }) => name === "node:http");
    if (bare === undefined) throw new Error("there is no bare server");
    const { port } = await startServer(bare, tempFolder(stack), stack);
    const count = short ? 200 : 5_000;
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
    const ours = contestants[0]?.measures ?? [];
    const rows = contestants.map(({ name, measures }) => ({
      name,
      microseconds: median(measures),
      // Round by round, for what else the machine does falls on neighbours alike.
      ratio: median(measures.map((time, round) => (ours[round] ?? NaN) / time)),
    }));
    const figures = rows
      .filter(({ name }) => name === "fetch of undici")
      .map(({ ratio }) => ({
        name: "CPU time of a call through the client, to undici alone",
        measured: ratio,
        target: { atMost: 1.3 },
      }));
    const lines = rows.map((row) => [row.name, row.microseconds.toFixed(0), row.ratio.toFixed(2)]);
    const text =
      "A removal that is answered 204, as a caller sends it\n\n" +
      alignColumns([["", "CPU µs per call", "the client to it"], ...lines], 0);
    return { figures, text, data: rows };
  },
};
