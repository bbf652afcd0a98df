import { readFileSync } from "node:fs";
import { errorText } from "../error-text.ts";
import type { Problem } from "./documented.ts";

/** The text of a file that a setting names; `undefined` when it cannot be read. */
export function readText(name: string, path: string, problem: Problem): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    problem(`${name} cannot be read: ${errorText(error)}`);
    return undefined;
  }
}
