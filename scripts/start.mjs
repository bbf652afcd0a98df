// Builds what the server needs, then becomes the server: in one process, so that signals
// and arguments reach it directly.
import { build } from "./build.mjs";
import { stopWithNpx } from "./stop-with-npx.mjs";

build({ quiet: true, filter: "@imagetags/server..." });
stopWithNpx();
await import("../apps/server/dist/main.js");
