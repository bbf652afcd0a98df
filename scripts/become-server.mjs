import module from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { stopWithNpx } from "./stop-with-npx.mjs";

/** Builds what the server needs, then becomes the server, which takes paths from `folder`. */
export async function becomeServer(folder) {
  build({ quiet: true, filter: "@imagetags/server..." });
  module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url)));
  stopWithNpx();
  process.chdir(folder);
  await import("../apps/server/bundle/main.js");
}
