import { readFileSync, readlinkSync, readdirSync } from "node:fs";

/** Where packages have Node. */
export const NODE = "/usr/lib/imagetags-server/node";

/** The process below another that runs the packages' Node, wherever its root is. */
export function processOf(ancestor: number): number {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => isBelow(pid, ancestor) && executableOf(pid)?.endsWith(NODE));
  if (found === undefined) throw new Error(`No process runs ${NODE}.`);
  return found;
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return 0;
  }
}

function executableOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
