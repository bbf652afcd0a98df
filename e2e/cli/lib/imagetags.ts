import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../apps/cli/dist/imagetags.cjs", import.meta.url));
const LIMIT_MS = 120_000;

/** How the command ended, and what it printed. */
type Ended = { code: number | null; stdout: string; stderr: string };

/** Runs the command. */
export type Imagetags = (...args: string[]) => Promise<Ended>;

/** The command as somebody runs it in a folder, with an environment that is theirs and nothing of ours. */
export function imagetagsIn(folder: string, env: Record<string, string>): Imagetags {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder, LANG: "C.UTF-8", ...env },
        stdio: ["ignore", "pipe", "pipe"],
        timeout: LIMIT_MS,
      });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
}
