import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { writeTokens } from "./test-server.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A server in a process of its own, that can be killed. Its data lies in `data` of its folder. */
export interface ChildServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Sends a signal and resolves with the exit code, or the signal that ended the process. */
  stop(signal: NodeJS.Signals): Promise<number | string>;
}

/**
 * Starts a server in a process of its own. It may be started again on the same folder. `fileLimit`, in
 * kilobytes, makes files that grow larger fail as on a full disk.
 */
export async function startChildServer(
  folder: TemporaryFolder,
  { fileLimit }: { readonly fileLimit?: number } = {},
): Promise<ChildServer> {
  writeTokens(folder.at("tokens.yaml"));
  const limit = fileLimit === undefined ? "" : `ulimit -f ${fileLimit};`;
  const child = spawn("bash", ["-c", `${limit} exec "$0" "$1"`, process.execPath, MAIN], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      IMAGETAGS_LISTEN: "127.0.0.1:0",
      IMAGETAGS_DATA_DIR: folder.at("data"),
      IMAGETAGS_TOKENS_FILE: folder.at("tokens.yaml"),
    },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("The server could not be started.");
  const ended = once(child, "exit").then(([code, signal]): number | string => code ?? signal);
  const url = await urlOf(child);
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    stop(signal) {
      child.kill(signal);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The first line of the server names its address. */
async function urlOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("The server has no output.");
  let said = "";
  for await (const chunk of stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    const url = / answers at (\S+)/.exec(said)?.[1];
    if (url === undefined) continue;
    // It is read on, or a full pipe would stop the server.
    stderr.pipe(process.stderr);
    return url;
  }
  throw new Error(`The server ended early: ${said}`);
}
