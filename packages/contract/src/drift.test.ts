import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
/**
 * What is compiled: the contract, and of those that follow it the client with what uses it as others do, the server
 * without its databases, and what the console asks the server for.
 */
const PACKAGES = {
  "packages/contract": ["src/index.ts", "src/openapi.ts", "src/console/console-contract.ts"],
  "packages/client": ["src/index.ts", "src/type-tests/*.ts"],
  "apps/server": ["src/http"],
  "apps/console": [
    "src/server/*.ts",
    "src/images/image-list.ts",
    "src/tags/change-tag.ts",
    "src/history/event-page.ts",
    "src/many/plan.ts",
  ],
};
const FOLLOWERS = ["packages/client", "apps/server", "apps/console"] as const;

/** A change of the contract: in this file of its sources, this text becomes that. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Changes that server, client and console do not follow, and which of them must fail to compile. */
const DRIFTS: readonly (readonly [what: string, changes: readonly Change[], fails: readonly string[]])[] = [
  [
    "a change of words only",
    [{ file: "routes/tags.ts", from: "Delete image tag", to: "Remove image tag" }],
    [],
  ],
  [
    "a path parameter of another name",
    [
      { file: "routes/tags.ts", from: "/v2/images/:image_id/tags/:tag", to: "/v2/images/:image/tags/:tag" },
      {
        file: "routes/tags.ts",
        from: "z.object({ image_id: imageId, tag: stored })",
        to: "z.object({ image: imageId, tag: stored })",
      },
    ],
    ["packages/client", "apps/server", "apps/console"],
  ],
  [
    "another status of success",
    [
      {
        file: "routes/tags.ts",
        from: "204: c.noBody(), ...changeErrors",
        to: "202: c.noBody(), ...changeErrors",
      },
    ],
    ["packages/client", "apps/server", "apps/console"],
  ],
  [
    "another shape of errors",
    [{ file: "wire/error-body.ts", from: "message: z.string()", to: "text: z.string()" }],
    ["packages/client", "apps/server", "apps/console"],
  ],
  [
    "another shape of a reply",
    [{ file: "wire/image.ts", from: "tags: z.array(z.string()),", to: "labels: z.array(z.string())," }],
    ["packages/client", "apps/server", "apps/console"],
  ],
  [
    "one route more",
    [
      {
        file: "routes/tags.ts",
        from: "      delete: {\n",
        to: '      count: { method: "GET", path: "/v2/tag-count", responses: { 204: c.noBody() } },\n      delete: {\n',
      },
    ],
    ["apps/server"],
  ],
];

let folder: string;
/** Of each drift, the packages that do not compile. */
let failures: readonly string[][];

/** All copies are compiled together: what they share, such as the types of zod and Express, is read once. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "imagetags-drift-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [index, [, changes]] of DRIFTS.entries()) copyWith(changes, String(index));
  const declarations = { declaration: true, emitDeclarationOnly: true, rootDir: ".", outDir: "dist" };
  expect(compile(["packages/contract"], declarations), "the contracts themselves compile").toEqual([]);
  for (const index of DRIFTS.keys()) {
    const contract = `${index}/packages/contract`;
    renameSync(join(folder, "dist", contract, "src"), join(folder, contract, "dist"));
  }
  const errors = compile(FOLLOWERS, { noEmit: true });
  failures = DRIFTS.map((_, index) =>
    FOLLOWERS.filter((name) => errors.some((line) => line.startsWith(`${index}/${name}/`))),
  );
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

it.each(DRIFTS.map(([what, , fails], index) => ({ what, fails, index })))(
  "$what fails to compile in: $fails",
  ({ fails, index }) => {
    expect(failures[index]).toEqual(fails);
  },
);

/** Compiles these packages of all copies as one program; gives its errors, a line or more each. */
function compile(packages: readonly (keyof typeof PACKAGES)[], options: object): string[] {
  const include = [...DRIFTS.keys()].flatMap((index) =>
    packages.flatMap((name) => PACKAGES[name].map((file) => `${index}/${name}/${file}`)),
  );
  const compilerOptions = {
    target: "ES2025",
    lib: ["ES2025", "ESNext.Array", "ESNext.Disposable", "DOM"],
    types: ["node"],
    composite: false,
    declaration: false,
    declarationMap: false,
    ...options,
  };
  const config = { extends: join(ROOT, "tsconfig.base.json"), compilerOptions, include };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...config, exclude: ["**/*.test.ts", "**/node_modules"] }),
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [TSC, "-p", folder, "--singleThreaded", "--pretty", "false"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  const lines = stdout.split("\n").filter((line) => line !== "");
  const places = new RegExp(`^(?: |\\d+/(?:${packages.join("|")})/)`);
  expect(stderr + lines.filter((line) => !places.test(line)).join("\n")).toBe("");
  return lines;
}

/**
 * Copies the sources to a folder, the contract with these changes. The packages see each other's copies, the contract's
 * as declarations, and all else as it is installed.
 */
function copyWith(changes: readonly Change[], copy: string): void {
  const at = (...names: string[]) => join(folder, copy, ...names);
  for (const name of Object.keys(PACKAGES)) {
    cpSync(join(ROOT, name, "src"), at(name, "src"), { recursive: true });
    // Packages of one name and version are one to the compiler.
    const manifest = JSON.parse(readFileSync(join(ROOT, name, "package.json"), "utf8"));
    // The console is compiled with the client's sources, which are compiled anyway.
    const exports = name === "packages/client" ? "./src/index.ts" : manifest.exports;
    writeFileSync(at(name, "package.json"), JSON.stringify({ ...manifest, exports, version: `${copy}.0.0` }));
    const modules = join(ROOT, name, "node_modules");
    mkdirSync(at(name, "node_modules/@imagetags"), { recursive: true });
    for (const installed of readdirSync(modules)) {
      if (installed.startsWith("@imagetags") || installed.startsWith(".")) continue;
      symlinkSync(join(modules, installed), at(name, "node_modules", installed));
    }
    symlinkSync(at("packages/contract"), at(name, "node_modules/@imagetags/contract"));
    symlinkSync(at("packages/client"), at(name, "node_modules/@imagetags/client"));
  }
  for (const { file, from, to } of changes) {
    const path = at("packages/contract/src", file);
    const source = readFileSync(path, "utf8");
    expect(source, `${file} has what is to be changed`).toContain(from);
    writeFileSync(path, source.replace(from, to));
  }
}
