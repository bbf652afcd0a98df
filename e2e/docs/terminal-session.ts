import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { asSeen } from "./as-seen.ts";

/** How long one command may take, in milliseconds. */
const COMMAND_LIMIT = 120_000;
/** What the shell prints after each command, with its exit code: nothing that a page would show. */
const END = "\u{2}end";

/** A shell on a terminal, as a person has it, in which commands are typed one after the other. */
export class TerminalSession implements AsyncDisposable {
  readonly #shell: ChildProcess;
  #printed = "";

  constructor(cwd: string, env: Readonly<Record<string, string>>, setUp: readonly string[]) {
    this.#shell = spawn("script", ["-qfec", "bash --noprofile --norc --noediting", "/dev/null"], {
      cwd,
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", TERM: "xterm", NO_COLOR: "1", PS1: "", ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#shell.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#printed += text));
    for (const line of ["stty -echo -onlcr cols 120; PS1=; PS2=", ...setUp]) this.#type(line);
  }

  /** Runs a command and tells what a person would see of it when it is over. */
  async run(command: string): Promise<string> {
    await this.#ended(":");
    return await this.#ended(command);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const closed = once(this.#shell, "close");
    this.#type("exit");
    const killer = setTimeout(() => this.#shell.kill("SIGKILL"), 5_000);
    await closed;
    clearTimeout(killer);
  }

  async #ended(command: string): Promise<string> {
    this.#printed = "";
    // The shell reads all of it before it begins: a program could take what is typed while it runs.
    this.#type(`{ ${command}\n}; printf '\\002end'`);
    const deadline = performance.now() + COMMAND_LIMIT;
    while (!this.#printed.includes(END)) {
      if (performance.now() > deadline) throw new Error(`No end of: ${command}\n${this.#printed}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return asSeen(this.#printed.slice(0, this.#printed.indexOf(END)));
  }

  #type(line: string): void {
    this.#shell.stdin?.write(`${line}\n`);
  }
}
