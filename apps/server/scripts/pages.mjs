// The pages that the server carries, each a folder that another package has built: files with their compressed forms, and
// `packages.json`, which names what is in them.
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGES = "packages.json";

/** The packages in a built page with the texts of their licences. */
export function carriedIn(built) {
  return JSON.parse(readFileSync(join(built, PACKAGES), "utf8"));
}

/** Copies a built page. The server unpacks what it needs plainly, so of a file that is there in gzip nothing else is. */
export function copyPage(built, target) {
  const isServed = (path) =>
    path !== join(built, PACKAGES) && !path.endsWith(".map") && !existsSync(`${path}.gz`);
  cpSync(built, target, { recursive: true, filter: isServed });
}
