// Bundles an application with what it imports: it starts in half the time of hundreds of modules that
// are each looked for. What is loaded lazily stays in files of its own. The licences of what is bundled go
// along, and a bill of materials of all that is shipped.
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { builtins } from "./builtins.mjs";
import { writeBins } from "./bin.mjs";
import { billOfMaterials } from "./sbom.mjs";

/**
 * Writes the bundle of the entries `input` into `folder` of the application at `root`; what is named by
 * `external` is installed beside it instead.
 */
export async function bundle(root, folder, input, external = []) {
  const target = join(root, folder);
  rmSync(target, { recursive: true, force: true });
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  // Syntax that the lowest Node of the engines cannot read, such as `using`, is rewritten.
  const transform = { target: engines.node.replace(">=", "node") };
  const plugins = [builtins()];
  const build = await rolldown({
    cwd: root,
    input,
    external,
    platform: "node",
    logLevel: "warn",
    transform,
    plugins,
  });
  const { output } = await build.write({ dir: target, format: "esm", comments: false });
  await build.close();
  writeBins(root);

  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
  const packages = new Set(modules.map((id) => packageOf(id)).filter((found) => found !== undefined));
  writeFileSync(
    join(target, "LICENSES.txt"),
    [...packages]
      .map(notice)
      .toSorted()
      .join(`\n${"-".repeat(80)}\n\n`),
  );
  const bill = billOfMaterials(root, packages);
  writeFileSync(join(target, "sbom.cdx.json"), `${JSON.stringify(bill, undefined, 2)}\n`);
}

/** The folder of the package that a module of the registry belongs to. */
function packageOf(id) {
  const inside = id.lastIndexOf("/node_modules/");
  if (inside === -1) return undefined;
  let folder = dirname(id);
  // Some packages have further manifests within, without a name.
  while (folder.length > inside + "/node_modules/".length) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined)
      return folder;
    folder = dirname(folder);
  }
  return undefined;
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const [file] = globSync(["LICEN[CS]E*", "licen[cs]e*"], { cwd: folder });
  if (file === undefined) throw new Error(`${name} has no licence to go along with it.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
