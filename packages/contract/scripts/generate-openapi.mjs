// Writes openapi.json and openapi.ims.json; with --check compares instead and fails when they differ.
import { readFile, writeFile } from "node:fs/promises";
import { openApiDocument } from "../dist/openapi.js";

const files = { glance: "openapi.json", ims: "openapi.ims.json" };
const check = process.argv.includes("--check");

for (const [profile, name] of Object.entries(files)) {
  const file = new URL(`../${name}`, import.meta.url);
  const document = `${JSON.stringify(openApiDocument(profile), null, 2)}\n`;
  if (!check) {
    await writeFile(file, document);
  } else if ((await readFile(file, "utf8")) !== document) {
    console.error(
      `packages/contract/${name} is not what the contract says: run "pnpm generate" and commit it.`,
    );
    process.exitCode = 1;
  }
}
