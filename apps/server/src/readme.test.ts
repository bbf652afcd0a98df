import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startTestServer, tokenOf } from "./testing/test-server.ts";

const run = promisify(execFile);
const cwd = fileURLToPath(new URL("..", import.meta.url));

it.each([
  ["the client", "README.md", 0, "The tag is gone.\n"],
  [
    "the contract",
    "README.md",
    1,
    "DELETE /v2/images/:image_id/tags/:tag 204 400 401 403 404 405 412 413 429 500 503\n",
  ],
  [
    "the contract's own page",
    "packages/contract/README.md",
    0,
    "/v2/images/:image_id/tags/:tag\n" +
      "A tag can contain only digits, letters, underscores (_), and hyphens (-).\n" +
      "undefined\n",
  ],
] as const)("the example of %s prints what the page says", async (_, page, index, printed) => {
  await using server = await startTestServer();
  const source = readFileSync(new URL(`../../../${page}`, import.meta.url), "utf8");
  const example = [...source.matchAll(/^```ts\n(.*?)^```$/gms)][index]?.[1] ?? "";
  const code = example.replace("http://127.0.0.1:9292", server.url);
  const { stdout } = await run(process.execPath, ["--input-type=module-typescript", "-e", code], {
    cwd,
    env: { TOKEN: tokenOf("ALPHA_MEMBER") },
  });
  expect(stdout).toBe(printed);
});
