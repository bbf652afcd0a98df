import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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
const PACKAGES = ["packages/contract", "packages/client", "apps/server"] as const;

/**
 * What is compiled of those that follow the contract: the client with what uses it as others do, and the
 * server without its databases.
 */
const USERS = {
  "packages/client": ["src/index.ts", "src/type-tests/*.ts"],
  "apps/server": ["src/http"],
};

/** A change of the contract: in this file of its sources, this text becomes that. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Changes that server and client do not follow, and which of them must fail to compile. */
const DRIFTS: readonly (readonly [what: string, changes: readonly Change[], fails: readonly string[]])[] = [
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
    ["packages/client", "apps/server"],
  ],
  [
    "another status of success",
    [
      {
        file: "routes/tags.ts",
        from: "204: c.noBody(), ...errorResponses",
        to: "202: c.noBody(), ...errorResponses",
      },
    ],
    ["packages/client", "apps/server"],
  ],
  [
    "another shape of errors",
    [{ file: "wire/error-body.ts", from: "message: z.string()", to: "text: z.string()" }],
    ["packages/client", "apps/server"],
  ],
  [
    "another shape of a reply",
    [{ file: "wire/image.ts", from: "tags: z.array(z.string()),", to: "labels: z.array(z.string())," }],
    ["packages/client", "apps/server"],
  ],
  [
    "one route more",
    [
      {
        file: "routes/tags.ts",
        from: "      delete: {\n",
        to: '      count: { method: "GET", path: "/v2/tags", responses: { 204: c.noBody() } },\n      delete: {\n',
      },
    ],
    ["apps/server"],
  ],
];

let copy: string;

/** A copy of the sources in which the packages see each other's copies, and all else as it is installed. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "imagetags-drift-"));
  cpSync(join(ROOT, "tsconfig.base.json"), join(copy, "tsconfig.base.json"));
  for (const folder of PACKAGES) {
    const target = join(copy, folder);
    mkdirSync(join(target, "node_modules"), { recursive: true });
    for (const file of ["package.json", "tsconfig.json", "tsconfig.test.json"]) {
      cpSync(join(ROOT, folder, file), join(target, file));
    }
    cpSync(join(ROOT, folder, "src"), join(target, "src"), { recursive: true });
    if (folder !== "packages/contract") {
      const part = { extends: "./tsconfig.test.json", include: USERS[folder], exclude: ["**/*.test.ts"] };
      writeFileSync(join(target, "tsconfig.part.json"), JSON.stringify(part));
    }
    for (const name of readdirSync(join(ROOT, folder, "node_modules"))) {
      if (!name.startsWith("@imagetags") && !name.startsWith(".")) {
        symlinkSync(join(ROOT, folder, "node_modules", name), join(target, "node_modules", name));
      }
    }
    mkdirSync(join(target, "node_modules", "@imagetags"));
    for (const name of ["contract", "client"]) {
      symlinkSync(join(copy, "packages", name), join(target, "node_modules", "@imagetags", name));
    }
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true }));

it("a change of words only still compiles", async () => {
  const change = { file: "routes/tags.ts", from: "Delete image tag", to: "Remove image tag" };
  expect(await failuresWith([change])).toEqual([]);
}, 60_000);

it.each(DRIFTS)(
  "%s fails to compile",
  async (_, changes, fails) => {
    expect(await failuresWith(changes)).toEqual(fails);
  },
  60_000,
);

/** The packages that do not compile when the contract's sources are changed so. */
async function failuresWith(changes: readonly Change[]): Promise<string[]> {
  const sources = new Map<string, string>();
  for (const { file, from, to } of changes) {
    const path = join(copy, "packages/contract/src", file);
    const source = readFileSync(path, "utf8");
    if (!sources.has(path)) sources.set(path, source);
    expect(source, `${file} has what is to be changed`).toContain(from);
    writeFileSync(path, source.replace(from, to));
  }
  try {
    expect(await compiles("packages/contract/tsconfig.json", "-b"), "the contract itself compiles").toBe(
      true,
    );
    const users = Object.keys(USERS);
    const compiled = await Promise.all(users.map((user) => compiles(`${user}/tsconfig.part.json`, "-p")));
    return users.filter((_, index) => compiled[index] !== true);
  } finally {
    for (const [path, source] of sources) writeFileSync(path, source);
  }
}

function compiles(project: string, flag: "-b" | "-p"): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(process.execPath, [TSC, flag, join(copy, project)], (error) => resolve(error === null));
  });
}
