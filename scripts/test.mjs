// Builds, because the packages see each other as built, then runs vitest in this process.
import { build } from "./build.mjs";

build({ quiet: true });
process.argv.splice(2, 0, "run");
await import("../node_modules/vitest/vitest.mjs");
