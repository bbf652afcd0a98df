// The files of the server as a system has them, for the image and for the Debian package alike: Node, the bundle, what
// is installed beside it, documents, licences and the bill of materials. The same clone gives the same files.
import {
  chmodSync,
  cpSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../build.mjs";
import { nodeRelease } from "./node-release.mjs";
import { withSystem } from "./system-sbom.mjs";
import { fail, tool } from "./tool.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the server lies, and what tells of it. */
export const PLACE = "usr/lib/imagetags-server";
export const DOCUMENTS = "usr/share/doc/imagetags-server";

/** What installed packages carry for those who compile, or for other systems. */
const NOT_SHIPPED = [
  "node_modules/**/.*",
  "node_modules/{@types,undici-types,node-addon-api}",
  "node_modules/better-sqlite3/{deps,src,binding.gyp}",
  "node_modules/amqplib/examples",
  `node_modules/better-sqlite3/prebuilds/!(linux-${process.arch}.node)`,
  "node_modules/**/*.{d.ts,d.mts,d.cts,map}",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
];

/**
 * Writes the files below `target`, and returns the server's version and the time of all that is made, in seconds since
 * 1970: SOURCE_DATE_EPOCH, or else that of the last commit. `system` are the packages of Debian that go along.
 */
export function serverFiles(target, system = []) {
  build({ quiet: true, filter: "@imagetags/server..." });
  const release = nodeRelease();
  const place = join(target, PLACE);
  const documents = join(target, DOCUMENTS);
  // Copies: what is stripped and touched below must not be one file with that in pnpm's store.
  const layout = ["--config.node-linker=hoisted", "--config.package-import-method=copy"];
  tool("pnpm", ["--filter", "@imagetags/server", "deploy", "--prod", "--prefer-offline", ...layout, place], {
    cwd: root,
  });
  for (const path of globSync(NOT_SHIPPED, { cwd: place }))
    rmSync(join(place, path), { recursive: true, force: true });

  cpSync(release.node, join(place, "node"));
  const native = globSync("node_modules/**/*.node", { cwd: place });
  for (const file of ["node", ...native]) tool("strip", ["--strip-unneeded", file], { cwd: place });

  mkdirSync(documents, { recursive: true });
  cpSync(join(root, "docs"), documents, { recursive: true });
  cpSync(release.licence, join(documents, "LICENSE.node"));
  cpSync(join(root, "LICENSE"), join(documents, "LICENSE"));
  cpSync(join(place, "bundle/LICENSES.txt"), join(documents, "LICENSES.bundle"));
  const bill = JSON.parse(readFileSync(join(place, "bundle/sbom.cdx.json"), "utf8"));
  writeFileSync(join(documents, "sbom.cdx.json"), withSystem(bill, release.version, system));
  for (const moved of ["bundle/LICENSES.txt", "bundle/sbom.cdx.json"]) rmSync(join(place, moved));

  const { version } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  return { version, time: sourceTime() };
}

/** What is executed by its name; the rest is read by Node, or loaded. */
const EXECUTED = /\/(?:node|ld-linux[^/]*)$/;

/** Gives everything below a folder the modes and times that are the same on every machine. */
export function settle(folder, time) {
  for (const path of [".", ...globSync(["**/*", "**/.*"], { cwd: folder })].map((name) =>
    join(folder, name),
  )) {
    const found = lstatSync(path);
    if (found.isSymbolicLink()) continue;
    chmodSync(path, found.isDirectory() || EXECUTED.test(path) ? 0o755 : 0o644);
    utimesSync(path, time, time);
  }
}

function sourceTime() {
  const given = process.env.SOURCE_DATE_EPOCH ?? tool("git", ["log", "-1", "--format=%ct"], { cwd: root });
  if (!/^\d{1,10}$/.test(given)) fail(`SOURCE_DATE_EPOCH is no number of seconds: ${given}`);
  return Number(given);
}
