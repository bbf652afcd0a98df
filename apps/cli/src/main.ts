import { enableCompileCache } from "node:module";

// What is imported from here on is compiled once, and not at each start.
enableCompileCache();
// Other users' lists of processes shall not show a token longer than need be.
process.title = "imagetags";
const { heedBrokenOutput } = await import("./terminal/broken-output.ts");
heedBrokenOutput();
const { run } = await import("./run.ts");
await run(process.argv.slice(2));
