import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { COMPILED } from "@imagetags/testing/processes/compiled";
import {
  atTerminal,
  type TerminalOptions,
  type TerminalSession,
} from "@imagetags/testing/processes/terminal";

/** The built command. */
export const MAIN = fileURLToPath(new URL("../../dist/imagetags.cjs", import.meta.url));

/** How a process ended, and all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process is started with. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What its standard input is; nothing when absent. */
  readonly input?: string;
}

/** The variables that name a server and a token; nothing of the machine that runs the tests but `PATH`. */
export function cloudEnv(url: string, token: string): Readonly<Record<string, string>> {
  return { IMAGETAGS_ENDPOINT: url, IMAGETAGS_TOKEN: token };
}

/** Starts the command with pipes for a terminal's place. */
export function startCli(args: readonly string[], { env = {}, cwd }: Surroundings = {}): ChildProcess {
  if (!existsSync(MAIN)) throw new Error("Build the command first: dist/imagetags.cjs is missing.");
  return spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", ...COMPILED, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs the command as somebody at a terminal does. */
export function cliAtTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalSession {
  return atTerminal([process.execPath, MAIN, ...args], options);
}

/** Runs the command to its end. */
export async function runCli(args: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const child = startCli(args, surroundings);
  child.stdin?.on("error", () => undefined).end(surroundings.input ?? "");
  return await endOf(child);
}

/** Resolves when a process is gone, with all that it wrote from now on. */
export function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
