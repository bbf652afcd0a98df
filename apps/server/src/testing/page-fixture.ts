import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { temporaryFolder, type TemporaryFolder } from "@imagetags/testing/temporary-folder";

const SCRIPT = `document.title = "fixture";${" ".repeat(2_000)}`;

/** The files of a small page, as a build writes them: `zipped.js` lies there compressed alone. */
export const FIXTURE = {
  "console/index.html": "<!doctype html><title>page</title>",
  "console/assets/main-1a2b.js": SCRIPT,
  "console/assets/zipped-3c4d.js": SCRIPT,
  "console/assets/icon-5e6f.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "console/secret.key": "not of a page",
} as const;

/** A folder of pages with {@link FIXTURE}, and beside it a file that no page has. */
export function pageFixture(): TemporaryFolder {
  const folder = temporaryFolder("pages");
  writeFileSync(folder.at("outside.js"), "outside");
  for (const [name, text] of Object.entries(FIXTURE)) {
    const path = folder.at(name);
    mkdirSync(dirname(path), { recursive: true });
    if (!name.includes("zipped")) writeFileSync(path, text);
    if (!name.endsWith(".js")) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(text));
    writeFileSync(`${path}.gz`, gzipSync(text));
  }
  return folder;
}
