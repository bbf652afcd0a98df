import { spawn } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@imagetags/testing/free-port";
import { SERVER, writeTokens } from "@imagetags/testing/server/start-server";
import { temporaryFolder } from "@imagetags/testing/temporary-folder";
import { memberWith, newToken, OUR_SETTINGS } from "../lib/contestants.ts";
import { median } from "../lib/statistics.ts";
import type { Section } from "../lib/section.ts";

/** How long the server may take at most, in milliseconds. */
const PATIENCE = 15_000;

export const start: Section = {
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

async function timeStart(stack: AsyncDisposableStack) {
  const folder = stack.use(temporaryFolder("bench"));
  const tokensFile = folder.at("tokens.yaml");
  writeTokens(tokensFile, [memberWith(newToken())]);
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [SERVER], {
    cwd: folder.path,
    env: {
      PATH: process.env["PATH"],
      ...OUR_SETTINGS,
      IMAGETAGS_TOKENS_FILE: tokensFile,
      IMAGETAGS_LISTEN: `127.0.0.1:${port}`,
    },
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path: "/healthcheck", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", () => resolve(false));
  });
}
