import { createInterface } from "node:readline";

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks on the terminal; only `y` or `yes` is a yes. The end of input and an aborted signal are a no. */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  process.stderr.write(`${question} [y/N] `);
  // The terminal's own line editing is enough, and leaves Ctrl-C a signal.
  const lines = createInterface({ input: process.stdin, terminal: false, signal });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  lines.close();
  return /^\s*y(es)?\s*$/i.test(answer);
}
