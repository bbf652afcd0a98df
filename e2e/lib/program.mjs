import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { undoAtExit } from "./undo-at-exit.mjs";

const STOP_LIMIT_MS = 20_000;
const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * What is started, and how to tell that it is up.
 * @typedef {object} Program
 * @property {string} name for error messages
 * @property {string} command
 * @property {string[]} args
 * @property {string} log the file that takes its output
 * @property {string} folder where it runs
 * @property {Record<string, string>} [env] all of its environment but PATH and LANG: a setting for another cloud must not reach it
 * @property {() => boolean | Promise<boolean>} ready asked again and again until it holds
 * @property {number} [startLimitMs]
 *
 * A program that runs.
 * @typedef {object} Running
 * @property {number} pid
 * @property {(signal: NodeJS.Signals) => void} signal to it and all that it started
 * @property {() => Promise<void>} stop with SIGTERM, and when that does not help with SIGKILL
 * @property {() => Promise<void>} kill with SIGKILL
 */

/**
 * Starts a program that stays, as a process group of its own, and waits until it is ready.
 * @param {Program} program
 * @returns {Promise<Running>}
 */
export async function startProgram(program) {
  const { name, command, args, log, folder, env = {}, ready, startLimitMs = 60_000 } = program;
  const output = openSync(log, "a");
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: SEARCH_PATH, LANG: "C.UTF-8", ...env },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const ended = once(child, "exit");
  // A command that does not exist is told by `ended` too, to whoever waits for it.
  ended.catch(() => {});
  const { pid } = child;
  if (pid === undefined) await ended;
  if (pid === undefined) throw new Error(`${name} has no process id.`);

  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  /** @param {NodeJS.Signals} which */
  const signal = (which) => {
    try {
      process.kill(-pid, which);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
  const forget = undoAtExit(() => signal("SIGKILL"));
  const kill = async () => {
    signal("SIGKILL");
    if (!hasEnded()) await ended;
    forget();
  };
  const stop = async () => {
    if (hasEnded()) return await kill();
    process.kill(pid, "SIGTERM");
    const killer = setTimeout(() => signal("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(killer);
    // Whatever it started and left behind.
    await kill();
  };

  const deadline = performance.now() + startLimitMs;
  while (!hasEnded() && performance.now() < deadline) {
    if (await ready()) return { pid, signal, stop, kill };
    await delay(50);
  }
  await kill();
  throw new Error(`${name} did not start:\n${lastLines(log)}`);
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, "utf8").slice(-4000).trim() || "it printed nothing";
}

/**
 * Whether an address answers at all.
 * @param {string} url
 */
export async function answers(url) {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(2000), redirect: "manual" });
    await reply.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
