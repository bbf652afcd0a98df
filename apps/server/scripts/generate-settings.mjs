// Writes docs/settings.md; with --check compares instead and fails when it differs.
import { readFile, writeFile } from "node:fs/promises";
import { SETTINGS } from "../dist/config/config.js";

const file = new URL("../../../docs/settings.md", import.meta.url);
const rows = SETTINGS.map(({ name, default: value, meaning }) => `| \`${name}\` | ${value} | ${meaning} |`);
const page = `# Settings

Environment variables, read once at the start; \`imagetags-server --help\` prints them too.

| variable | default | meaning |
|---|---|---|
${rows.join("\n")}
`;

if (!process.argv.includes("--check")) {
  await writeFile(file, page);
} else if ((await readFile(file, "utf8")) !== page) {
  console.error('docs/settings.md is not what the server reads: run "pnpm generate" and commit it.');
  process.exitCode = 1;
}
