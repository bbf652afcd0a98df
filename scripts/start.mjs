// Builds what the server needs, then becomes the server: in one process, so that signals
// and arguments reach it directly.
import module from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { stopWithNpx } from "./stop-with-npx.mjs";

build({ quiet: true, filter: "@imagetags/server..." });
module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
stopWithNpx();
await import("../apps/server/bundle/main.js");
