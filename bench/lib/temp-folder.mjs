import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes a folder that is removed with all it holds when the work ends.
 * @param {AsyncDisposableStack} stack
 */
export function tempFolder(stack) {
  const folder = mkdtempSync(join(tmpdir(), "imagetags-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
