import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { get as getOverTls } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { COMPILED } from "./compiled.ts";
import { undoAtExit } from "./undo-at-exit.ts";

/** What every program finds in its environment: a setting for another cloud must not reach it. */
export const SURROUNDINGS = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  ...COMPILED,
} as const;

/** How long a program may take to end at SIGTERM, in milliseconds. */
const STOP_LIMIT = 20_000;
/** How long a program may take to do what is waited for, in milliseconds: machines can be slow. */
const PATIENCE = 60_000;

/** What is started. */
export interface Program {
  /** For error messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  /** All of its environment but {@link SURROUNDINGS}. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file that takes its output, as that of a service does; it is read from pipes when absent. */
  readonly log?: string;
}

/** How a program ended, and all it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs, as a process group of its own. It is killed with the scope. */
export interface Running extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it has written so far: to its log file, or to its standard output. */
  readonly stdout: () => string;
  /** What it has written to its standard error so far, unless that is in its log file. */
  readonly stderr: () => string;
  /** Resolves when the process is gone; rejects when that takes longer than `patience` milliseconds. */
  readonly ended: (patience?: number) => Promise<Ended>;
  readonly hasEnded: () => boolean;
  /** Signals it and all that it started. */
  readonly signal: (name: NodeJS.Signals) => void;
  /** Ends it with SIGTERM, and when that does not help with SIGKILL. */
  readonly stop: () => Promise<void>;
  /** Ends it with SIGKILL. */
  readonly kill: () => Promise<void>;
}

/** Starts a program, and does not wait for anything. */
export function launch({ command, args, folder, env = {}, log }: Program): Running {
  const output = log === undefined ? "pipe" : openSync(log, "a");
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...SURROUNDINGS, ...env },
    stdio: ["ignore", output, output],
    detached: true,
  });
  if (typeof output === "number") closeSync(output);
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (text: string) => (written[stream] += text));
  }
  const stdout = (): string =>
    log === undefined ? written.stdout : existsSync(log) ? readFileSync(log, "utf8") : "";
  const gone = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...written, stdout: stdout() }));
  });
  // The error of a command that does not exist reaches whoever waits for its end.
  gone.catch(() => undefined);
  const { pid = 0 } = child;
  const hasEnded = (): boolean => pid === 0 || child.exitCode !== null || child.signalCode !== null;
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (pid !== 0) process.kill(-pid, name);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  };
  const forget = undoAtExit(() => signal("SIGKILL"));
  const kill = async (): Promise<void> => {
    signal("SIGKILL");
    if (!hasEnded()) await once(child, "exit");
    forget();
  };
  return {
    child,
    pid,
    stdout,
    stderr: () => written.stderr,
    hasEnded,
    signal,
    kill,
    async ended(patience = PATIENCE) {
      const tooLong = new AbortController();
      const timeout = sleep(patience, undefined, { signal: tooLong.signal }).then(() => {
        throw new Error(`The process still runs after ${patience} ms.\n${stdout()}${written.stderr}`);
      });
      try {
        return await Promise.race([gone, timeout]);
      } finally {
        tooLong.abort();
        timeout.catch(() => undefined);
      }
    },
    async stop() {
      if (hasEnded()) return await kill();
      child.kill("SIGTERM");
      const killer = setTimeout(() => signal("SIGKILL"), STOP_LIMIT);
      await once(child, "exit");
      clearTimeout(killer);
      // The group holds what the program started and left behind.
      await kill();
    },
    [Symbol.asyncDispose]: kill,
  };
}

/** Starts a program that stays, and waits until `isReady` says so, which is asked every `pause` milliseconds. */
export async function startProgram(
  program: Program,
  isReady: (running: Running) => boolean | Promise<boolean>,
  pause = 50,
): Promise<Running> {
  const running = launch(program);
  const deadline = performance.now() + PATIENCE;
  while (!running.hasEnded() && performance.now() < deadline) {
    if (await isReady(running)) return running;
    await sleep(pause);
  }
  await running.kill();
  const { code, signal, stdout, stderr } = await running.ended();
  const printed = `${stdout}${stderr}`.slice(-4000).trim() || "it printed nothing";
  throw new Error(`${program.name} did not start (${code ?? signal}):\n${printed}`);
}

/** Whether an address answers at all. */
export function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { agent: false, timeout: 2000 } as const;
    const answered = (reply: IncomingMessage): void => {
      reply.resume().once("close", () => resolve(true));
    };
    // Whose certificate it is does not matter here.
    const asked = url.startsWith("https:")
      ? getOverTls(url, { ...options, rejectUnauthorized: false }, answered)
      : get(url, options, answered);
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(false));
  });
}
