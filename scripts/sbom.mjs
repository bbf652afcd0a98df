// What a bundle is made of, as CycloneDX 1.6 in JSON (ECMA-424), and which licences that may have.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** SPDX expressions under which packages may go along with what is licensed under Apache-2.0. */
const ALLOWED_LICENSES = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "(MIT OR WTFPL)",
  "(BSD-2-Clause OR MIT OR Apache-2.0)",
]);

/**
 * The bill of materials of the application at `root`: the packages in `bundled`, what is installed beside the bundle, and
 * what is `carried` along, by manifests. Throws where a licence is none of those that are allowed. It is the same for
 * the same packages.
 */
export function billOfMaterials(root, bundled, carried) {
  const manifest = manifestIn(root);
  const installed = new Set();
  for (const name of Object.keys(manifest.dependencies ?? {})) collect(name, root, installed);
  const folders = [...new Set([...bundled, ...installed])];
  const all = [...folders.map(manifestIn), ...carried].map((found) => component(found, "library"));
  // A package may be in the bundle and in what is carried along.
  const components = [...new Map(all.map((found) => [found.purl, found])).values()];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: component(manifest, "application") },
    components: components.toSorted((one, other) => (one.purl < other.purl ? -1 : 1)),
  };
}

/** A package that is installed for the one in `from`, and all that it needs in turn. */
function collect(name, from, found) {
  const folder = findPackage(name, from);
  // An optional package may be for another platform.
  if (folder === undefined || found.has(folder)) return;
  found.add(folder);
  const { dependencies, optionalDependencies } = manifestIn(folder);
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) collect(next, folder, found);
}

/** The folder of a package as Node finds it from another one. */
function findPackage(name, from) {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return realpathSync(place);
  }
  return undefined;
}

function component({ name, version, license }, type) {
  if (!ALLOWED_LICENSES.has(license)) {
    throw new Error(`${name} ${version} has the licence ${license}, which scripts/sbom.mjs does not allow.`);
  }
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type, "bom-ref": purl, name, version, purl, licenses: [{ expression: license }] };
}

function manifestIn(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
