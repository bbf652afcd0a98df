import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { newToken, ourServer } from "../lib/contestants.mjs";
import { freePort } from "@imagetags/testing/free-port";
import { median } from "../lib/statistics.mjs";
import { tempFolder } from "../lib/temp-folder.mjs";

/** @typedef {import("../lib/section.mjs").Section} Section */

/** How long the server may take at most, in milliseconds. */
const PATIENCE = 15_000;

/** @type {Section} */
export const start = {
  name: "start",
  summary: "from the start of the process to the first answer, on a new database",
  async run({ rounds }, stack) {
    const times = [];
    // The first start, which reads the program from the disk, is not kept.
    for (let round = 0; round <= rounds; round += 1) {
      const time = await timeStart(stack);
      if (round > 0) times.push(time);
    }
    const measured = median(times) / 1000;
    return {
      figures: [{ name: "start to first answer", measured, target: { atMost: 0.5 }, unit: "s" }],
      data: times,
    };
  },
};

/** @param {AsyncDisposableStack} stack */
async function timeStart(stack) {
  const folder = tempFolder(stack);
  const { script, env } = ourServer(folder, newToken());
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...env, IMAGETAGS_LISTEN: `127.0.0.1:${port}` },
    stdio: "ignore",
  });
  const ended = once(child, "close");
  stack.defer(() => void child.kill("SIGKILL"));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error("The server did not start.");
    if (performance.now() - began > PATIENCE) throw new Error("The server does not answer.");
    await delay(2);
  }
  const time = performance.now() - began;
  child.kill("SIGTERM");
  await ended;
  return time;
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/healthcheck", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
