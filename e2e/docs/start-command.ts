import { spawn } from "node:child_process";
import { once } from "node:events";
import { asSeen } from "./as-seen.ts";

/** How long a server may take from its command to its last line, in milliseconds. */
const START_LIMIT = 60_000;

/** Whether a command serves until it is stopped. */
export function isStart(command: string): boolean {
  return /(?:^|\s)(?:npx -y pnpm@12 start|imagetags-server)$/.test(command);
}

/** A server that a page starts in a terminal of its own. */
export interface PageServer extends AsyncDisposable {
  /** What the terminal shows until now. */
  printed(): string;
}

/** Starts a server on a terminal; resolves when `ready` is content with what it printed. */
export async function startOnTerminal(
  command: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  ready: (printed: string) => boolean,
): Promise<PageServer> {
  const terminal = spawn("script", ["-qfec", `stty -onlcr cols 300; exec ${command}`, "/dev/null"], {
    cwd,
    env: { PATH: process.env["PATH"], LANG: "C.UTF-8", TERM: "xterm", NO_COLOR: "1", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = once(terminal, "close");
  let text = "";
  terminal.stdout.setEncoding("utf8").on("data", (more: string) => (text += more));
  const printed = () => asSeen(text);
  const stop = async (): Promise<void> => {
    // Ctrl-C, as a person stops it.
    terminal.stdin.write("\u0003");
    const killer = setTimeout(() => terminal.kill("SIGKILL"), 20_000);
    await closed;
    clearTimeout(killer);
  };
  const deadline = performance.now() + START_LIMIT;
  while (!ready(printed())) {
    if (terminal.exitCode !== null || performance.now() > deadline) {
      if (terminal.exitCode === null) await stop();
      throw new Error(`${command} did not print what the page says, but:\n${printed()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { printed, [Symbol.asyncDispose]: stop };
}
