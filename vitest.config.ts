import { globSync } from "node:fs";
import { basename } from "node:path";
import { defineConfig } from "vitest/config";

const roots = globSync(["packages/*", "apps/*", "bench", "e2e"], { cwd: import.meta.dirname });

export default defineConfig({
  test: {
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: roots.toSorted().map((root) => ({
      extends: true,
      test: {
        name: basename(root),
        root,
        include: root === "e2e" ? ["**/*.test.ts"] : ["src/**/*.test.ts"],
      },
    })),
    reporters: process.env["CI"] ? ["default", "json"] : ["default"],
    outputFile: { json: ".ci/out/vitest.json" },
  },
});
