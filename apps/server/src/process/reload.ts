import type { Logger } from "pino";
import { errorText } from "../error-text.ts";

/** What is read anew when the process is told to. */
export interface Reloadable {
  readonly what: string;
  /** Returns what stands in the way, and then all is as before. */
  readonly readAnew: () => string | undefined;
}

/** Reads everything anew, and tells the log in one line what was read and what was refused. */
export function reload(parts: readonly Reloadable[], log: Pick<Logger, "info" | "error">): void {
  const read: string[] = [];
  const refused: string[] = [];
  for (const { what, readAnew } of parts) {
    const problem = attempt(readAnew);
    if (problem === undefined) read.push(what);
    else refused.push(`${what} (${problem.replaceAll("\n", "; ")})`);
  }
  const worked = read.length === 0 ? "nothing" : read.join(", ");
  if (refused.length === 0) log.info(`told to read files anew, and read: ${worked}`);
  else
    log.error(`told to read files anew, and read: ${worked}; these stay as they were: ${refused.join(", ")}`);
}

function attempt(readAnew: () => string | undefined): string | undefined {
  try {
    return readAnew();
  } catch (error) {
    return errorText(error);
  }
}
