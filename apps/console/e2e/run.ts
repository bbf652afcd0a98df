// Runs the tests of this folder; an argument chooses files by a part of their names. CONSOLE_E2E_PICTURES=write writes the
// pictures of README.md and docs/console.md anew, and CONSOLE_E2E_IMAGES=100000 makes the long list that long.
import { fileURLToPath } from "node:url";
import { startVitest } from "vitest/node";

const config = fileURLToPath(new URL("vitest.config.ts", import.meta.url));
const vitest = await startVitest("test", process.argv.slice(2), { config, watch: false });
const files = vitest.state.getTestModules();
const tests = files.flatMap((file) => [...file.children.allTests()]);
const passed = tests.filter((test) => test.result().state === "passed").length;
// A file that could not be loaded has no tests that could fail.
const failed =
  tests.filter((test) => test.result().state === "failed").length ||
  files.filter((file) => !file.ok()).length;
await vitest.close();
// oxlint-disable-next-line no-console -- this is what a stage of CI says in the end
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
