import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { undoAtExit } from "./undo-at-exit.mjs";

/**
 * Makes a folder that is removed with all it holds, or with `E2E_KEEP=1` kept and named, to look at the logs.
 * @param {string} name begins its name
 * @returns {{ path: string } & Disposable}
 */
export function tempFolder(name) {
  const path = mkdtempSync(join(tmpdir(), `imagetags-${name}-`));
  // What was just killed may still write a last file.
  const remove = () => {
    if (process.env["E2E_KEEP"] === "1") console.log(`kept: ${path}`);
    else rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const forget = undoAtExit(remove);
  return {
    path,
    [Symbol.dispose]() {
      forget();
      remove();
    },
  };
}
