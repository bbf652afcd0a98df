import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../apps/server/dist/main.js", import.meta.url));

/** Projects with ids as Keystone makes them, and the token of a member of each. */
export const ALPHA = { project: "a1fa0000000040008000000000000001", token: "alpha-token" };
export const BETA = { project: "be7a0000000040008000000000000002", token: "beta-token" };
export const GAMMA = { project: "9a33a000000040008000000000000003", token: "gamma-token" };

/** Starts the built server on a free port of 127.0.0.1, with its data in a folder. */
export async function startServer(folder) {
  const tokens = [ALPHA, BETA, GAMMA].map(({ project, token }) => ({
    token,
    user_id: `user-of-${token}`,
    project_id: project,
    roles: ["member"],
  }));
  // JSON is YAML.
  writeFileSync(join(folder, "tokens.yaml"), JSON.stringify({ tokens }));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      IMAGETAGS_LISTEN: "127.0.0.1:0",
      IMAGETAGS_DATA_DIR: join(folder, "data"),
      IMAGETAGS_TOKENS_FILE: join(folder, "tokens.yaml"),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (said += text));
  // Should this process be stopped, the server must not stay behind.
  const stopToo = () => child.kill("SIGKILL");
  process.once("exit", stopToo);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

  const url = await new Promise((resolve, reject) => {
    const look = () => {
      const found = / answers at (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", look);
    ended.then(() => reject(new Error(`The server ended early: ${said}`)), reject);
  });
  return {
    url,

    /** The requests that the server has logged, as `METHOD /path status`. */
    requests() {
      return said
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line))
        .filter(({ method }) => method !== undefined)
        .map(({ method, path, status }) => `${method} ${path} ${status}`);
    },

    /** An image as the server shows it to a member of a project, without any client. */
    async image(id, { token }) {
      const reply = await fetch(`${url}/v2/images/${id}`, { headers: { "X-Auth-Token": token } });
      if (reply.status !== 200) throw new Error(`Image ${id} is answered ${reply.status}.`);
      return await reply.json();
    },

    async stop() {
      child.kill("SIGTERM");
      await ended;
      process.off("exit", stopToo);
    },
  };
}
