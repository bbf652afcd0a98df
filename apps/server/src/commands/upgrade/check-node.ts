import { success, warning, type CheckResult } from "./check-result.ts";

const NODE = "Node.js";

/** The release lines that the packed server is tried on: `e2e/packed`. */
export const TRIED_LINES: readonly string[] = ["24", "26"];

/** One that is too old never comes here: the program does not start on it. `version` is such as `24.21.0`. */
export function checkNode(version: string): CheckResult {
  const [line = ""] = version.split(".");
  if (TRIED_LINES.includes(line)) return success(NODE, version);
  return warning(NODE, `${version} is of no line that this version was tried on: ${TRIED_LINES.join(", ")}.`);
}
