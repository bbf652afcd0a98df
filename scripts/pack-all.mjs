// Makes the tarballs of the packages that are published, as a registry would have them, in `packed`.
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = `${root}packed`;
const names = globSync(["packages/*/package.json", "apps/*/package.json"], { cwd: root })
  .map((file) => JSON.parse(readFileSync(root + file, "utf8")))
  .filter((manifest) => manifest.private !== true)
  .map((manifest) => manifest.name);

build({ quiet: true });
mkdirSync(target, { recursive: true });
// Beside them lie the image and the Debian package, which other commands make.
for (const file of globSync("*.tgz", { cwd: target })) rmSync(`${target}/${file}`);
const filters = names.map((name) => `--filter=${name}`);
const args = [...filters, "pack", "--pack-destination", target, "--pack-gzip-level", "6"];
const { status, stdout, stderr } = spawnSync("pnpm", args, { cwd: root, encoding: "utf8" });
if (status !== 0) {
  process.stderr.write(stdout + stderr);
  process.exit(1);
}
for (const file of globSync("*.tgz", { cwd: target }).toSorted()) console.log(`packed/${file}`);
