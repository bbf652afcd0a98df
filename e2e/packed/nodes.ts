import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { npm } from "./npm.ts";

/** The lines with long-term support, by their first version, and the highest version that is tried. */
const LINES = ["22.12.0", "24.0.0", "24.21.0", "26.0.0", "26.10.0"] as const;

/** The versions of Node that a package is tried on: the lowest of its `engines`, and each line's that they hold. */
export function versionsFor(engines: string): string[] {
  const lowest = /^>=(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(engines);
  if (lowest === null) throw new Error(`The engines "${engines}" are not of the form >=22.12.`);
  const [, major = "", minor = "0", patch = "0"] = lowest;
  const first = `${major}.${minor}.${patch}`;
  return [...new Set([first, ...LINES.filter((version) => isAtLeast(version, first))])];
}

function isAtLeast(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) >= 0;
}

/** The executable of a version of Node, kept from run to run. */
export async function nodeOf(version: string): Promise<string> {
  if (process.version === `v${version}`) return process.execPath;
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "imagetags-nodes");
  const kept = join(cache, `node-${version}`);
  if (existsSync(kept)) return kept;
  const folder = join(cache, `making-${version}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    await npm(process.execPath, folder, ["install", "--prefix", folder, `node@${version}`]);
    renameSync(join(folder, "node_modules/node/bin/node"), kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return kept;
}
