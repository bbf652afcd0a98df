import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errorCode } from "../error-text.ts";

/**
 * Makes a folder, and the missing ones above it, for their owner alone. One that is there stays as it is.
 * Throws the system's error. Node's own `recursive` tries for ever where the system refuses, as in /proc.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const above = dirname(folder);
    switch (errorCode(error)) {
      case "EEXIST":
        if (statSync(folder).isDirectory()) return;
        throw error;
      case "ENOENT":
        if (statSync(above, { throwIfNoEntry: false }) !== undefined) throw error;
        makeFolder(above);
        mkdirSync(folder, { mode: 0o700 });
        return;
      default:
        throw error;
    }
  }
}
