// Bundles the server. What has native code, and the drivers that only some settings need, are installed.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "../../../scripts/bundle.mjs";

const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const external = Object.keys(dependencies).flatMap((name) => [name, new RegExp(`^${name}/`)]);

await bundle(
  fileURLToPath(new URL("..", import.meta.url)),
  "bundle",
  { main: "src/main.ts", "list-worker": "src/store/sqlite/list-worker.ts" },
  external,
);
