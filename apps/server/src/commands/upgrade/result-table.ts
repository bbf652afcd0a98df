import type { CheckResult, Verdict } from "./check-result.ts";

const TITLE = "Upgrade Check Results";
/** The most characters of a line of details. */
const WIDTH = 72;

const WORDS: Readonly<Record<Verdict, string>> = {
  success: "Success",
  warning: "Warning",
  failure: "Failure",
};

/** The results as `upgrade check` of OpenStack's services prints them. Source: oslo.upgradecheck. */
export function resultTable(results: readonly CheckResult[]): string {
  const cells = results.map(({ check, result, details }) => [
    `Check: ${check}`,
    `Result: ${WORDS[result]}`,
    ...wrap(`Details: ${details.length === 0 ? "None" : details.join("\n")}`),
  ]);
  const width = Math.max(TITLE.length, ...cells.flat().map(({ length }) => length));
  const rule = `+${"-".repeat(width + 2)}+`;
  const line = (text: string): string => `| ${text.padEnd(width)} |`;
  return [rule, line(TITLE), rule, ...cells.flatMap((cell) => [...cell.map(line), rule]), ""].join("\n");
}

/** Breaks lines at their spaces; all but the first are set in. What has no space is left whole. */
function wrap(text: string): string[] {
  return text.split("\n").flatMap((paragraph, index) => {
    const lines: string[] = [];
    let line = index === 0 ? "" : " ";
    for (const word of paragraph.split(" ")) {
      if (line.trim() !== "" && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = " ";
      }
      line += line === "" ? word : ` ${word}`;
    }
    return [...lines, line];
  });
}
