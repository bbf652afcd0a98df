import { readFileSync } from "node:fs";

/** The files that are kept for other things than callers' connections: databases, the log, the program itself. */
const KEPT = 64;
/** The most connections by default, however many files there may be: each costs memory too. */
const MOST = 10_000;
const LEAST = 16;

/**
 * The connections that a process takes by default. Each may have a file of image data open beside itself.
 * `others` is its number of connections to other servers.
 */
export function defaultConnections(others: number, files: number = openFilesLimit()): number {
  return Math.max(LEAST, Math.min(MOST, Math.floor((files - KEPT - others) / 2)));
}

/** The limit of this process's open files. Source: proc_pid_limits(5). */
function openFilesLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined || soft === "unlimited" ? Infinity : Number(soft);
  } catch {
    // Only Linux has this file. Elsewhere the default stands.
    return Infinity;
  }
}
