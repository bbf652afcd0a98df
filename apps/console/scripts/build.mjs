// Builds the page, writes each of its files compressed beside it, as it is sent, and of which packages it is made. Fails
// when the scripts have grown too large.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "vite";
import { licenceOf, packagesIn } from "../../../scripts/bundled-packages.mjs";

/** Of all scripts together, in gzip, which is the larger of the two. */
const MOST_SCRIPT_BYTES = 150_000;

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const { output } = await build({ root, logLevel: "warn" });

let scripts = 0;
for (const file of globSync("**/*.{html,js,css,svg}", { cwd: dist })) {
  const content = readFileSync(join(dist, file));
  const gzip = gzipSync(content, { level: 9 });
  writeFileSync(join(dist, `${file}.gz`), gzip);
  writeFileSync(join(dist, `${file}.br`), brotliCompressSync(content));
  if (file.endsWith(".js")) scripts += gzip.length;
}
const packages = [...packagesIn(output)]
  .map(licenceOf)
  .toSorted((one, other) => (one.name < other.name ? -1 : 1));
writeFileSync(join(dist, "packages.json"), `${JSON.stringify(packages, undefined, 2)}\n`);

console.log(`${(scripts / 1000).toFixed(1)} kB of scripts in gzip`);
if (scripts > MOST_SCRIPT_BYTES) {
  console.error(`The page's scripts have ${scripts} bytes in gzip, and may have ${MOST_SCRIPT_BYTES}.`);
  process.exitCode = 1;
}
