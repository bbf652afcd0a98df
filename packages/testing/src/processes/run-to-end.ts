import { spawn } from "node:child_process";
import { SURROUNDINGS } from "./program.ts";
import { undoAtExit } from "./undo-at-exit.ts";

/** How a command is run. */
export interface RunOptions {
  /** All of its environment but `PATH` and `LANG`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** What its standard input is; nothing when absent. */
  readonly input?: string;
  /** How long it may take, in milliseconds. */
  readonly limit?: number;
}

/** Runs a command that ends by itself, and resolves with what it printed to its standard output. */
export function runToEnd(
  command: string,
  args: readonly string[],
  { env = {}, folder, input, limit = 300_000 }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...SURROUNDINGS, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: limit,
    });
    const forget = undoAtExit(() => child.kill("SIGKILL"));
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // A command that reads nothing of its input ends before it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      forget();
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ended with ${code ?? signal}:\n${stdout}${stderr}`.trim()));
    });
  });
}
