import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "console-e2e",
    root: import.meta.dirname,
    include: ["*.test.ts"],
    pool: "forks",
    // The files of a worker share a browser, and two workers are as many as two cores bear.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
