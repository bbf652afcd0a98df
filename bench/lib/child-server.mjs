import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const START_LIMIT = 60_000;
const STOP_LIMIT = 10_000;
const ADDRESS = /answers at http:\/\/127\.0\.0\.1:(\d+)/;

/**
 * What is started.
 * @typedef {object} Program
 * @property {string} name
 * @property {string} script
 * @property {string[]} [nodeOptions]
 * @property {Record<string, string>} [env]
 *
 * A server in a process of its own.
 * @typedef {object} ChildServer
 * @property {string} name
 * @property {number} port
 * @property {number} pid
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a server and waits until it prints its address. Its output goes to a file, as that of a service
 * does: reading it here would cost the load generator time.
 * @param {Program} program
 * @param {string} folder
 * @param {AsyncDisposableStack} stack
 * @returns {Promise<ChildServer>}
 */
export async function startServer({ name, script, nodeOptions = [], env = {} }, folder, stack) {
  const output = join(folder, `${name.replaceAll(/\W/g, "-")}.log`);
  const file = openSync(output, "w");
  const child = spawn(process.execPath, [...nodeOptions, script], {
    cwd: folder,
    env: { ...withoutOurSettings(process.env), ...env },
    stdio: ["ignore", file, file],
  });
  closeSync(file);
  const ended = once(child, "close");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
    await ended;
    clearTimeout(killer);
  };
  stack.defer(stop);
  try {
    return { name, port: await portOf(child, output), pid: child.pid ?? 0, stop };
  } catch (error) {
    const printed = readFileSync(output, "utf8").slice(-2000).trim();
    throw new Error(`${name} did not start: ${printed === "" ? "it printed nothing" : printed}`, {
      cause: error,
    });
  }
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {string} output
 */
async function portOf(child, output) {
  const deadline = performance.now() + START_LIMIT;
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const port = ADDRESS.exec(readFileSync(output, "utf8"))?.[1];
    if (port !== undefined) return Number(port);
    await delay(20);
  }
  throw new Error("no address");
}

/** The caller's settings may name a database that is in use. @param {NodeJS.ProcessEnv} env */
function withoutOurSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("IMAGETAGS_")));
}
