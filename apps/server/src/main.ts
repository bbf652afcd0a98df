import { limitYoungGeneration } from "./process/young-generation.ts";

limitYoungGeneration();
// The process may have started anew by now. Loading all of this before would take its time twice.
await import("./commands/run-command.ts");
