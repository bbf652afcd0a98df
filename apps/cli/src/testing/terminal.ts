import { shellAtTerminal, type TerminalOptions, type TerminalSession } from "@imagetags/testing/terminal";
import { MAIN } from "./cli-process.ts";

/** Runs `imagetags` as somebody at a terminal does. */
export function atTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalSession {
  const command = [process.execPath, MAIN, ...args].map(quoted).join(" ");
  return shellAtTerminal(`exec ${command} ${options.redirection ?? ""}`, options);
}

/** A word for `sh`. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
