import { spawn } from "node:child_process";
import { undoAtExit } from "./undo-at-exit.mjs";

const SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs a command that ends by itself, and resolves with what it printed to its standard output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, folder?: string, input?: string, limitMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function runToEnd(command, args, { env = {}, folder, input, limitMs = 300_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { PATH: SEARCH_PATH, LANG: "C.UTF-8", ...env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: limitMs,
    });
    const forget = undoAtExit(() => child.kill("SIGKILL"));
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    // A command that reads nothing of its input ends before it is written.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      forget();
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ended with ${code ?? signal}:\n${stdout}${stderr}`.trim()));
    });
  });
}
