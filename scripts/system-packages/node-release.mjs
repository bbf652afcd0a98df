// The Node that is shipped: the release that the clone itself runs on, as its makers built it.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, tool, workFolder } from "./tool.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const installed = join(root, "node_modules/node");
const cache = join(root, "node_modules/.cache/node-release");

/**
 * The version of Node, and the files of its release with its licence: `node` and `LICENSE`. The package `node` in the
 * clone is its executable alone, so the release is fetched once, and held to that executable byte by byte.
 */
export function nodeRelease() {
  if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) {
    fail(`Packages are made on Linux, for x64 or arm64; this is ${process.platform}, ${process.arch}.`);
  }
  const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const kept = join(cache, `${process.arch}-${version}`);
  if (!existsSync(kept)) fetchRelease(version, kept);
  return { version, node: join(kept, "node"), licence: join(kept, "LICENSE") };
}

function fetchRelease(version, kept) {
  mkdirSync(cache, { recursive: true });
  const folder = workFolder("making-", cache);
  const name = `node-linux-${process.arch}`;
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--prefer-offline"];
  tool("npm", ["install", ...quiet, "--ignore-scripts", "--prefix", folder, `${name}@${version}`]);
  const release = join(folder, "node_modules", name);
  if (!readFileSync(join(release, "bin/node")).equals(readFileSync(join(installed, "bin/node")))) {
    fail(`The Node of the package ${name}@${version} is not the one in node_modules.`);
  }
  const made = join(folder, "made");
  mkdirSync(made);
  cpSync(join(release, "bin/node"), join(made, "node"));
  cpSync(join(release, "LICENSE"), join(made, "LICENSE"));
  renameSync(made, kept);
}
