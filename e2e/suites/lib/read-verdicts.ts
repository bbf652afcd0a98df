import type { Outcome } from "../../lib/compatibility.ts";

/**
 * What a program of ours says of its checks: `ok - NAME` or `FAILED - NAME: WHY` for each, and `end`. Throws when it did
 * not come to that.
 */
export function readVerdicts(printed: string): Outcome[] {
  if (!printed.endsWith("\nend\n")) throw new Error(`A program did not run to its end:\n${printed}`);
  return printed.split("\n").flatMap((line): Outcome[] => {
    const [, verdict, name = "", said = ""] = /^(ok|FAILED) - (.*?)(?:: (.*))?$/.exec(line) ?? [];
    if (verdict === undefined) return [];
    return [{ name, status: verdict === "ok" ? "passed" : "failed", said }];
  });
}
