import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = "\0entry";

/**
 * Bundles a module that imports the built package, as an application for browsers does. It fails where something is
 * left that a browser has not.
 */
export async function bundle(code: string): Promise<string> {
  const bundled = await rolldown({
    cwd: root,
    input: ENTRY,
    platform: "browser",
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
    plugins: [
      {
        name: "entry",
        resolveId: (id, importer) => {
          if (id === ENTRY) return id;
          // A package's own name resolves only from its own files.
          return importer === ENTRY && id === "@imagetags/client" ? `${root}dist/index.js` : undefined;
        },
        load: (id) => (id === ENTRY ? code : undefined),
      },
    ],
  });
  const { output } = await bundled.generate({ format: "es", minify: true });
  await bundled.close();
  return output[0].code;
}
