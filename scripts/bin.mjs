// The file that a package's `bin` names. Node of any age can read it: one that is too old for the program is told
// so in a line, where the program itself would end with a stack trace.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** An old Node cannot even parse this, so it stands in a file of its own. */
const LOADER = "load-main.cjs";

/**
 * Keeps what V8 compiled for the next start, in the user's own cache: another's folder could hold anybody's code. Where
 * nothing can be written there, everything is compiled anew.
 */
const LOADER_SOURCE = `"use strict";

const { enableCompileCache } = require("node:module");
const { homedir } = require("node:os");
const { isAbsolute, join } = require("node:path");
const { HOME, NODE_COMPILE_CACHE, XDG_CACHE_HOME = "" } = process.env;

const cache = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : HOME && join(homedir(), ".cache");
if (NODE_COMPILE_CACHE || cache) enableCompileCache(NODE_COMPILE_CACHE || join(cache, "imagetags"));
import("./main.js");
`;

/**
 * Writes each `bin` of the package at `root` into its bundle, where it checks Node's version by `engines` and loads
 * `main.js`; to have it, name a file that ends in `.cjs`. A `bin` that is a bundled file itself is left as it is.
 */
export function writeBins(root) {
  const { bin = {}, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [name, path] of Object.entries(bin)) {
    const file = join(root, path);
    if (path.endsWith(".cjs")) {
      writeFileSync(file, binSource(name, engines.node));
      writeFileSync(join(dirname(file), LOADER), LOADER_SOURCE);
    }
    chmodSync(file, 0o755);
  }
}

/** The source for the command `name`, in ECMAScript 5; `range` is `engines.node`, `>=22.12`. */
function binSource(name, range) {
  const [, needed, major, minor] = /^>=((\d+)(?:\.(\d+))?)$/.exec(range) ?? [];
  if (needed === undefined) throw new Error(`engines.node of ${name} is not of the form >=22.12.`);
  return `#!/usr/bin/env node
"use strict";

var version = process.versions.node;
var parts = version.split(".");
var major = Number(parts[0]);
if (major > ${major} || (major === ${major} && Number(parts[1]) >= ${minor ?? 0})) {
  require("./${LOADER}");
} else {
  process.stderr.write("${name} needs Node.js ${needed} or newer, this is " + version + "\\n");
  process.exitCode = 2;
}
`;
}
