import { limitYoungGeneration } from "./process/young-generation.ts";

limitYoungGeneration();
// Only now: to load all of it twice would take long.
await import("./commands/run-command.ts");
