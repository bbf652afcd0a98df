// Writes the manual pages of the command, from what its help is made of.
import { mkdirSync, writeFileSync } from "node:fs";
import { manPages } from "../src/help/man-page.ts";
import { createProgram } from "../src/program.ts";

const folder = new URL("../dist/man/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { file, text } of manPages(createProgram())) writeFileSync(new URL(file, folder), text);
