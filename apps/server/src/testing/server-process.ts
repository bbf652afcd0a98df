import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rawRequest } from "./raw-request.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

/** The file that a shell starts the server by. */
export const MAIN = fileURLToPath(new URL("../../bundle/imagetags-server.cjs", import.meta.url));

/** What the server tells of its start begins with its address. */
const ADDRESS = / answers at (\S+)\n/;

/** How long a process may take to do what is waited for, in milliseconds: machines can be slow. */
const PATIENCE = 40_000;

/** How a process ended, and all it wrote but for what it tells people of its start. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server in a process of its own, as an operator runs it. */
export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** What it told people of its start. */
  readonly startText: () => string;
  /** What it has written to its log so far. */
  readonly stdout: () => string;
  /** Resolves when the process is gone; rejects when that takes longer than `patience` milliseconds. */
  readonly ended: (patience?: number) => Promise<Ended>;
}

type Settings = Readonly<Record<string, string>>;

/** Runs the server's command to its end. */
export async function runToEnd(args: readonly string[], settings: Settings, cwd: string): Promise<Ended> {
  await using run = launch(args, settings, cwd);
  return await run.ended(PATIENCE);
}

/** Starts a server on a free port of 127.0.0.1 and waits until it answers; it is killed with the scope. */
export async function startServerProcess(settings: Settings, cwd: string): Promise<ServerProcess> {
  await using stack = new AsyncDisposableStack();
  const run = stack.use(launch([], { IMAGETAGS_LISTEN: "127.0.0.1:0", ...settings }, cwd));
  const url = await Promise.race([addressOf(run), run.ended(PATIENCE).then(failed)]);
  const port = Number(new URL(url).port);
  // Once it answers it also heeds signals.
  await rawRequest(port, { method: "GET", path: "/versions" });
  stack.move();
  return { ...run, url, port };
}

/** The token of a member of project alpha, whom {@link startKnowing} makes known to the server. */
export const MEMBER_TOKEN = "alpha-members-token";

/** Starts a server that knows {@link MEMBER_TOKEN}, on the database in the folder. */
export function startKnowing(folder: TemporaryFolder, settings: Settings = {}): Promise<ServerProcess> {
  const tokensFile = folder.at("tokens.yaml");
  const member = { token: MEMBER_TOKEN, user_id: "alice", project_id: "alpha", roles: ["member"] };
  writeFileSync(tokensFile, JSON.stringify({ tokens: [member] }), { mode: 0o600 });
  return startServerProcess({ IMAGETAGS_TOKENS_FILE: tokensFile, ...settings }, folder.path);
}

interface Launched extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly startText: () => string;
  readonly stdout: () => string;
  readonly ended: (patience?: number) => Promise<Ended>;
}

function launch(args: readonly string[], settings: Settings, cwd: string): Launched {
  if (!existsSync(MAIN)) throw new Error("Build the server first: its bundle is missing.");
  // No setting of the machine that runs the tests gets in.
  const env = { PATH: process.env["PATH"], ...settings };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  let startText = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  // It is written in one piece, and so it is read.
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (ADDRESS.test(text)) startText += text;
    else stderr += text;
  });
  const end = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    startText: () => startText,
    stdout: () => stdout,
    async ended(patience = PATIENCE) {
      const tooLong = new AbortController();
      const timeout = sleep(patience, undefined, { signal: tooLong.signal }).then(() => {
        throw new Error(`The process still runs after ${patience} ms.\n${stdout}${stderr}`);
      });
      try {
        return await Promise.race([end, timeout]);
      } finally {
        tooLong.abort();
        timeout.catch(() => undefined);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await end;
    },
  };
}

async function addressOf(run: Launched): Promise<string> {
  for (;;) {
    const url = ADDRESS.exec(run.startText())?.[1];
    if (url !== undefined) return url;
    await sleep(5);
    if (run.child.exitCode !== null || run.child.signalCode !== null) return await run.ended().then(failed);
  }
}

function failed({ code, stdout, stderr }: Ended): never {
  throw new Error(`The server did not start (exit code ${String(code)}).\n${stdout}${stderr}`);
}
