// Builds what the server needs, then becomes the server: in one process, so that signals
// and arguments reach it directly. package.json gives Node the server's limit of memory
// (young-generation.ts), for which the server would otherwise start this anew.
import module from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { stopWithNpx } from "./stop-with-npx.mjs";

build({ quiet: true, filter: "@imagetags/server..." });
module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
stopWithNpx();
await import("../apps/server/bundle/main.js");
