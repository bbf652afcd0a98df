// Writes `types`, the declarations that the published package has: those of `dist`, with what they take from
// @ts-rest/core declared by a file of their own. See src/published/ts-rest.d.ts.
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, "types");

rmSync(target, { recursive: true, force: true });
for (const file of globSync("**/*.d.ts", { cwd: join(root, "dist") })) {
  const path = join(target, file);
  const toOwn = join(relative(dirname(path), target), "ts-rest.js");
  const declarations = readFileSync(join(root, "dist", file), "utf8")
    .replaceAll('"@ts-rest/core"', JSON.stringify(toOwn.startsWith(".") ? toOwn : `./${toOwn}`))
    .replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const foreign = /(?:from|import\() ?"(?!\.|zod["/])[^"]*"/.exec(declarations)?.[0];
  if (foreign !== undefined) throw new Error(`${file} takes what is not declared here: ${foreign}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, declarations);
}
cpSync(join(root, "src/published/ts-rest.d.ts"), join(target, "ts-rest.d.ts"));
