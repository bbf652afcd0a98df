/** What a package needs only when it is built, and installs all the same. */
const BUILT_IN = new Set(["@scalar/api-reference"]);

export const hooks = {
  readPackage(manifest) {
    if (BUILT_IN.has(manifest.name)) manifest.dependencies = {};
    return manifest;
  },
};
