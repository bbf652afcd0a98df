import { runToEnd } from "@imagetags/testing/processes/run-to-end";
import { realpathSync } from "node:fs";
import { dirname } from "node:path";

/** Runs the npm of this machine on a Node, as a user with that Node would. */
export async function npm(node: string, folder: string, args: readonly string[]): Promise<string> {
  const script = (await runToEnd("which", ["npm"])).trim();
  // Programs that npm runs find this Node too.
  const path = `${dirname(node)}:${process.env["PATH"] ?? ""}`;
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--prefer-offline"];
  return await runToEnd(node, [realpathSync(script), ...args, ...quiet], {
    folder,
    // The machine's own way to the registry stays.
    env: { ...surroundings(), PATH: path },
  });
}

function surroundings(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
