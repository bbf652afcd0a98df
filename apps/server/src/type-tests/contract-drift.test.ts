import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
const project = fileURLToPath(new URL("../../tsconfig.test.json", import.meta.url));

it("a change of the contract that the server does not follow fails to compile", async () => {
  const compiled = run(process.execPath, [tsc, "-p", project, "--pretty", "false"]);
  await expect(compiled).resolves.toMatchObject({ stdout: "" });
}, 60_000);
