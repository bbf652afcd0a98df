import { strict as assert } from "node:assert";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Bill = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  components: z.array(z.object({ name: z.string(), version: z.string(), purl: z.string() })),
});
const Manifest = z.object({ name: z.string(), version: z.string() });

/** Whether the bill names what lies in these files: Node, each package that is installed, and these of Debian. */
export function checkBill(files: string, debian: readonly string[]): void {
  const documents = join(files, "usr/share/doc/imagetags-server");
  const bill = Bill.parse(JSON.parse(readFileSync(join(documents, "sbom.cdx.json"), "utf8")));
  const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
  const modules = join(files, "usr/lib/imagetags-server/node_modules");
  const installed = globSync(["*/package.json", "@*/*/package.json"], { cwd: modules }).map((path) => {
    const { name, version } = Manifest.parse(JSON.parse(readFileSync(join(modules, path), "utf8")));
    return `${name}@${version}`;
  });
  assert.ok(installed.length > 10);
  assert.deepEqual(
    [...installed, `node@${process.versions.node}`].filter((one) => !named.has(one)),
    [],
  );
  for (const name of debian) {
    const found = bill.components.find((one) => one.name === name && one.purl.startsWith("pkg:deb/debian/"));
    assert.ok(found, `${name} is in the bill`);
    assert.ok(readFileSync(join(files, `usr/share/doc/${name}/copyright`)).length > 0);
  }
  for (const name of ["LICENSE", "LICENSE.node", "LICENSES.bundle"]) {
    assert.ok(readFileSync(join(documents, name)).length > 0);
  }
}
