// Writes `dist`: the page, and Scalar as it is published for browsers, compressed ahead. Its files are in a folder that is
// named for all that is in it, so that a browser may keep them for good.
import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

/** A smaller file is one packet or two either way. */
const LEAST_TO_COMPRESS = 1_024;

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const scalar = fileURLToPath(new URL("..", import.meta.resolve("@scalar/api-reference")));
const browser = join(scalar, "dist/browser");
const { version } = JSON.parse(readFileSync(join(scalar, "package.json"), "utf8"));
const bundled = packagesOf(version);

const files = new Map([
  ["main.js", readFileSync(join(root, "page/main.js"))],
  ...globSync(["standalone.esm.js", "chunks/*.js"], { cwd: browser })
    .toSorted()
    .map((name) => [`scalar/${name}`, readFileSync(join(browser, name))]),
]);
const hash = createHash("sha256");
for (const [name, bytes] of files) hash.update(`${name}\n${bytes.length}\n`).update(bytes);
const folder = `${version}-${hash.digest("hex").slice(0, 16)}`;

rmSync(dist, { recursive: true, force: true });
for (const [name, bytes] of files) await write(join("assets", folder, name), withoutMap(bytes));
const page = readFileSync(join(root, "page/index.html"), "utf8").replace("./assets/", `./assets/${folder}/`);
await write("index.html", Buffer.from(page));
writeFileSync(join(dist, "packages.json"), `${JSON.stringify(bundled, undefined, 2)}\n`);

async function write(name, bytes) {
  const path = join(dist, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  if (bytes.length < LEAST_TO_COMPRESS) return;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
}

/** The map is not served, and a browser's tools would ask for it. */
function withoutMap(bytes) {
  return Buffer.from(bytes.toString("utf8").replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n"));
}

/** What Scalar has built in, with the texts of its licences, which were gathered for one version. */
function packagesOf(built) {
  const { packages, notices } = JSON.parse(readFileSync(join(root, "scalar-packages.json"), "utf8"));
  const gathered = packages.find(({ name }) => name === "@scalar/api-reference")?.version;
  if (gathered !== built)
    throw new Error(
      `scalar-packages.json is of Scalar ${gathered}, and ${built} is installed: gather it anew.`,
    );
  return packages.map((found) => ({ ...found, notice: notices[found.notice] }));
}
