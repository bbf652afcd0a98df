import { spawn } from "node:child_process";
import assert from "node:assert/strict";

const TIME_LIMIT = 120_000;

/** How a command ended, by its exit code or by a signal, and what it wrote. */
export interface Outcome {
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Becomes a command whose standard input is a terminal: a client that finds anything else there uploads it. */
const AT_TERMINAL = `
import os, pty, sys
terminal, standard_input = pty.openpty()
os.set_inheritable(terminal, True)
os.dup2(standard_input, 0)
os.execv(sys.argv[1], sys.argv[1:])
`;

/**
 * Runs a command as a person at a terminal, and resolves with its exit code and output. Its environment
 * is `env` and nothing of ours: a setting for another cloud must not reach it.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("/usr/bin/python3", ["-c", AT_TERMINAL, command, ...args], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIME_LIMIT,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
  });
}

/** The output of a command that ended well. */
export function succeeded({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 0, `exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** What a command said that ended with 1. */
export function failed({ code, stdout, stderr }: Outcome): string {
  assert.equal(code, 1, `exit code ${code}\n${stdout}${stderr}`);
  return stdout + stderr;
}
