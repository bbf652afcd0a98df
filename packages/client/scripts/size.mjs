// Prints how large the client makes a bundle for browsers. It reads the built package.
import { gzipSync } from "node:zlib";
import { bundle } from "../src/testing/bundle.ts";

const USES = {
  "createClient alone": "createClient",
  "with sessions and removeTag": "createClient, createSession, removeTag",
  "all of it": "*",
};

console.log("bundle for browsers            minified      gzip");
for (const [use, names] of Object.entries(USES)) {
  const what = names === "*" ? "* from" : `{ ${names} } from`;
  const code = await bundle(`export ${what} "@imagetags/client";`);
  const sizes = [code.length, gzipSync(code, { level: 9 }).length];
  const columns = sizes.map((bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10));
  console.log(use.padEnd(29) + columns.join(""));
}
