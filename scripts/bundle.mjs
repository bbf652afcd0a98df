// Bundles an application with what it imports: it starts in half the time of hundreds of modules that
// are each looked for. What is loaded lazily stays in files of its own. The licences of what is bundled go
// along, and a bill of materials of all that is shipped.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { builtins } from "./builtins.mjs";
import { writeBins } from "./bin.mjs";
import { licenceOf, packagesIn } from "./bundled-packages.mjs";
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

  const packages = packagesIn(output);
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

function notice(folder) {
  const { name, version, license, notice: text } = licenceOf(folder);
  return `${name} ${version} (${license})\n\n${text}\n`;
}
