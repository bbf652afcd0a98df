import { spawn, spawnSync } from "node:child_process";
import { COMPILED } from "./compiled.ts";

/** Whether this machine has the `script` of util-linux, which gives a command a terminal. */
export const hasTerminal =
  process.platform === "linux" &&
  /util-linux/.test(spawnSync("script", ["--version"]).stdout?.toString() ?? "");

/** A command at a terminal. */
export interface TerminalSession extends AsyncDisposable {
  /** All that has appeared on the terminal, with the terminal's own line ends. */
  readonly screen: () => string;
  /** Resolves when something has appeared. */
  shows(wanted: string | RegExp, patience?: number): Promise<void>;
  /** Types keys; `\u0003` is Ctrl-C. */
  type(keys: string): void;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** What a terminal is like. */
export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  /** What the shell does with the command, such as ` > file`. */
  readonly redirection?: string;
  readonly cwd?: string;
}

/** Runs a command as somebody at a terminal does. */
export function atTerminal(words: readonly string[], options: TerminalOptions = {}): TerminalSession {
  const command = words.map(quoted).join(" ");
  return shellAtTerminal(`exec ${command} ${options.redirection ?? ""}`, options);
}

/** Runs a line of `sh` at a terminal. */
export function shellAtTerminal(
  line: string,
  { env = {}, columns = 80, cwd }: TerminalOptions = {},
): TerminalSession {
  const sized = `stty cols ${columns} rows 24; ${line}`;
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", sized, "/dev/null"], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      TERM: "xterm-256color",
      SHELL: "/bin/sh",
      ...COMPILED,
      ...env,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let screen = "";
  let changed = () => undefined as void;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    changed();
  });
  child.stdin.on("error", () => undefined);
  let isOver = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      isOver = true;
      changed();
      resolve(code);
    });
  });
  const matches = (wanted: string | RegExp) =>
    typeof wanted === "string" ? screen.includes(wanted) : wanted.test(screen);
  return {
    screen: () => screen,
    async shows(wanted, patience = 20_000) {
      const limit = Date.now() + patience;
      while (!matches(wanted)) {
        if (isOver || Date.now() > limit)
          throw new Error(`The terminal never showed ${String(wanted)}:\n${screen}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100);
          changed = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    type: (keys) => void child.stdin.write(keys),
    ended,
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A word for `sh`. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
