// Builds the command where that is needed, then becomes it: in one process, so that the terminal, signals and
// the exit code are its own.
import { build } from "./build.mjs";

build({ quiet: true, filter: "@imagetags/cli..." });
// pnpm runs a script in the root of the clone; whoever typed it means files from where they are.
process.chdir(process.env.INIT_CWD ?? process.cwd());
await import("../apps/cli/dist/main.js");
