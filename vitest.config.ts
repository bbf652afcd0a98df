import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vitest/config";

const roots = globSync(["packages/*", "apps/*", "bench", "e2e"], { cwd: import.meta.dirname });

export default defineConfig({
  test: {
    pool: "forks",
    // The tests of several files share a process: loading the server anew for each would take a minute of CPU time.
    isolate: false,
    // Half of the tests wait for processes and timers: one worker fewer than there are cores is too few.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: roots.toSorted().map((root) => ({
      extends: true,
      test: {
        name: basename(root),
        root,
        globalSetup: [join(import.meta.dirname, root, "src/testing/global-setup.ts")].filter((file) =>
          existsSync(file),
        ),
        include: root === "e2e" ? ["**/*.test.ts"] : ["src/**/*.test.ts"],
      },
    })),
    reporters: process.env["CI"] ? ["default", "json"] : ["default"],
    outputFile: { json: ".ci/out/vitest.json" },
  },
});
