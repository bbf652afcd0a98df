// Adds to the server's bill of materials what only its packages for systems carry: Node, and libraries of Debian.

/** Under what Debian's packages are licensed, by SPDX; their own words go along as files. */
const LICENCES = {
  "ca-certificates": "MPL-2.0 AND GPL-2.0-or-later",
  libc6: "LGPL-2.1-or-later",
  "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
  "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
};

/** What compiles native code, and is not shipped with what it has compiled. */
const BUILT_WITH = new Set(["node-addon-api"]);

/** The bill as text. `system` are packages of Debian: `name`, `version`, `architecture`. */
export function withSystem(bill, nodeVersion, system) {
  const added = [
    component("node", nodeVersion, `pkg:generic/node@${nodeVersion}`, "MIT", "platform"),
    ...system.map(({ name, version, architecture }) => {
      const licence = LICENCES[name];
      if (licence === undefined) throw new Error(`scripts/system-packages names no licence of ${name}.`);
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`;
      return component(name, version, purl, licence, "library");
    }),
  ];
  const shipped = bill.components.filter(({ name }) => !BUILT_WITH.has(name));
  const components = [...shipped, ...added].toSorted((one, other) => (one.purl < other.purl ? -1 : 1));
  return `${JSON.stringify({ ...bill, components }, undefined, 2)}\n`;
}

function component(name, version, purl, expression, type) {
  return { type, "bom-ref": purl, name, version, purl, licenses: [{ expression }] };
}
