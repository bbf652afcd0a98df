import { enableCompileCache } from "node:module";

// The cache holds what is imported after this line.
enableCompileCache();
// A token among the arguments would show in other users' lists of processes.
process.title = "imagetags";
const { heedBrokenOutput } = await import("./terminal/broken-output.ts");
heedBrokenOutput();
const { run } = await import("./run.ts");
await run(process.argv.slice(2));
