// Bundles the server. What has native code, and the drivers that only some settings need, are installed. The files of the
// pages, which other packages build, go along, with the licences of what is in them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "../../../scripts/bundle.mjs";
import { carriedIn, copyPage } from "./pages.mjs";

const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const external = Object.keys(dependencies).flatMap((name) => [name, new RegExp(`^${name}/`)]);
const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  { name: "console", built: builtBeside(import.meta.resolve("@imagetags/console/package.json")) },
  { name: "docs", built: builtBeside(import.meta.resolve("@imagetags/api-page/package.json")) },
];

await bundle(
  root,
  "bundle",
  { main: "src/main.ts", "list-worker": "src/store/sqlite/list-worker.ts" },
  external,
  pages.flatMap(({ built }) => carriedIn(built)),
);
for (const { name, built } of pages) copyPage(built, `${root}bundle/pages/${name}`);

function builtBeside(manifest) {
  return fileURLToPath(new URL("dist", manifest));
}
