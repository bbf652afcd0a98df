import { fileURLToPath } from "node:url";
import type { Outcome } from "./compatibility.ts";

/** What programs of Python need in their environment to say of their checks what {@link verdictsIn} reads. */
export const SAYS_VERDICTS = { PYTHONPATH: fileURLToPath(new URL("programs", import.meta.url)) };

/** Whether a program came to its end, which it says last. */
export function cameToItsEnd(printed: string): boolean {
  return printed.endsWith("\nend\n");
}

/** What a program of ours said of its checks: `ok - NAME` or `FAILED - NAME: WHY` for each. */
export function verdictsIn(printed: string): Outcome[] {
  return printed.split("\n").flatMap((line): Outcome[] => {
    const [, verdict, name = "", said = ""] = /^(ok|FAILED) - (.*?)(?:: (.*))?$/.exec(line) ?? [];
    if (verdict === undefined) return [];
    return [{ name, status: verdict === "ok" ? "passed" : "failed", said }];
  });
}
