#!/usr/bin/env node
import { limitYoungGeneration } from "./young-generation.ts";

limitYoungGeneration();
// Only now: to load all of it twice would take long.
await import("./run-command.ts");
