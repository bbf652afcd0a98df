import { readFileSync } from "node:fs";

/** Files that are kept for what is no connection of a caller: databases, the log, the program itself. */
const KEPT = 64;
/** How many connections are taken by default however many files there may be: each costs memory too. */
const MOST = 10_000;
const LEAST = 16;

/**
 * How many connections a process takes by default: each may have a file of image data open beside itself.
 * `others` is how many connections it has to other servers.
 */
export function defaultConnections(others: number, files: number = openFilesLimit()): number {
  return Math.max(LEAST, Math.min(MOST, Math.floor((files - KEPT - others) / 2)));
}

/** How many files this process may have open. Source: proc_pid_limits(5). */
function openFilesLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return soft === undefined || soft === "unlimited" ? Infinity : Number(soft);
  } catch {
    // Only Linux tells it like this; elsewhere the default stands.
    return Infinity;
  }
}
