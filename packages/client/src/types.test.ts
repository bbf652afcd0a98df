import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiler = fileURLToPath(
  new URL("./bin/tsc", `file://${createRequire(import.meta.url).resolve("typescript/package.json")}`),
);

test("the sources, their tests and the type tests compile, and every expected type error is one", () => {
  const options = ["--project", "tsconfig.test.json", "--singleThreaded", "--pretty", "false", "--listFiles"];
  const run = spawnSync(process.execPath, [compiler, ...options], { cwd: root, encoding: "utf8" });
  const lines = (run.stdout + run.stderr).split("\n").filter((line) => line !== "");

  const files = lines.filter((line) => line.startsWith("/") && existsSync(line));
  expect(lines.filter((line) => !files.includes(line))).toEqual([]);
  expect(run.status).toBe(0);
  for (const name of ["replies", "arguments", "changed-contract"]) {
    expect(files).toContain(`${root}src/type-tests/${name}.ts`);
  }
});
