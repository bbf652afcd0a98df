// Which packages a bundle is made of, and what their licences say.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folders of the packages of the registry that these chunks' modules belong to. */
export function packagesIn(chunks) {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds ?? []);
  return new Set(modules.map((id) => packageOf(id)).filter((found) => found !== undefined));
}

/** The folder of the package that a module of the registry belongs to; there may be further manifests within. */
function packageOf(id) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ""))?.[0];
}

/** What a package is, and the text of its licence. */
export function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [file] = globSync(["LICEN[CS]E*", "licen[cs]e*"], { cwd: folder });
  if (file === undefined) throw new Error(`${name} has no licence to go along with it.`);
  return { name, version, license, notice: readFileSync(join(folder, file), "utf8").trim() };
}
