import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(
  new URL("./bin/tsc", `file://${createRequire(import.meta.url).resolve("typescript/package.json")}`),
);

/** What examples may take for granted, besides what the package exports. */
const GIVEN = `
declare const image_id: string;
declare const tag: string;
declare const token: string;
declare const password: string;
declare const owner: string;
declare const endpoint: string;
declare const error: unknown;
declare const session: Session;
declare const client: Client;
`;

/** An example, and where it stands. */
interface Example {
  readonly where: string;
  readonly code: string;
}

function exampleIn(comment: string): string {
  const [, example = ""] = comment.split("@example");
  return example.replaceAll(/^[ \t]*\* ?/gm, "").trim();
}

/** The docstring before each export of a file, by the export's name. */
function docstrings(file: string): Map<string, string> {
  const text = readFileSync(join(root, file), "utf8");
  const found = text.matchAll(
    /\/\*\*((?:(?!\*\/).)*)\*\/\s*export (?:abstract |async )?(?:const|function\*?|class|interface|type) (\w+)/gs,
  );
  return new Map(Array.from(found, ([, comment = "", name = ""]) => [name, comment]));
}

/** What an index exports of the package's own files: each name with its file. */
function exportsOf(index: string): [name: string, file: string][] {
  const text = readFileSync(join(root, index), "utf8");
  return Array.from(text.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/([^"]+)"/g)).flatMap(
    ([, names = "", file = ""]) =>
      names
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter((name) => name !== "")
        .map((name): [string, string] => [name, join(index, "..", file)]),
  );
}

const main = exportsOf("src/index.ts");
const node = exportsOf("src/node/index.ts");

test.each([...main, ...node])("%s has a docstring with an example", (name, file) => {
  const comment = docstrings(file).get(name);
  expect(comment, `a docstring in ${file}`).toBeDefined();
  expect(exampleIn(comment ?? "")).not.toBe("");
});

function examples(): Example[] {
  const inCode = globSync("src/**/*.ts", { cwd: root, exclude: ["src/**/*.test.ts"] }).flatMap((file) =>
    Array.from(docstrings(file), ([name, comment]) => ({
      where: `${file} ${name}`,
      code: exampleIn(comment),
    })),
  );
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const inReadme = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, code = ""], index) => ({
    where: `README.md, example ${index + 1}`,
    code,
  }));
  return [...inCode, ...inReadme].filter(({ code }) => code !== "");
}

/** The example as a module of its own. Types need no name that stands alone, and a statement needs an async function. */
function moduleOf({ where, code }: Example): string {
  const lines = code.split("\n").filter((line) => !/^import .* from "@imagetags\/client/.test(line));
  const names = (exported: [string, string][]) => exported.map(([name]) => name).join(", ");
  const own = lines.join("\n");
  return [
    `// ${where}`,
    `import { ${names(main)} } from "@imagetags/client";`,
    `import { ${names(node)} } from "@imagetags/client/node";`,
    GIVEN,
    `export async function example() {\n${own}\n}`,
  ].join("\n");
}

let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

test("every example compiles against the built package", () => {
  folder = mkdtempSync(join(root, "node_modules/.examples-"));
  const found = examples();
  expect(found.length).toBeGreaterThan(40);
  for (const [index, example] of found.entries())
    writeFileSync(join(folder, `${index}.ts`), moduleOf(example));
  const compilerOptions = {
    noEmit: true,
    verbatimModuleSyntax: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    composite: false,
    declaration: false,
    declarationMap: false,
    lib: ["ES2024", "DOM"],
    types: ["node"],
  };
  const config = { extends: "../../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const run = spawnSync(process.execPath, [compiler, "-p", folder, "--singleThreaded", "--pretty", "false"], {
    encoding: "utf8",
  });
  const problems = run.stdout.replaceAll(
    /^.*?(\d+)\.ts/gm,
    (_, index: string) => found[Number(index)]?.where ?? index,
  );
  expect(problems + run.stderr).toBe("");
});
