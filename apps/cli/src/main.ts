#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// What is imported from here on is compiled once, and not at each start.
enableCompileCache();
const { run } = await import("./run.ts");
await run(process.argv.slice(2));
