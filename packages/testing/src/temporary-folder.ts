import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { undoAtExit } from "./processes/undo-at-exit.ts";

/** An empty folder of its own. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** The path of a file or folder in it. */
  readonly at: (...names: string[]) => string;
}

/**
 * Makes a folder that goes away with the scope: `using folder = temporaryFolder()`. With `E2E_KEEP=1` it stays and
 * is named, so that somebody can look at the logs. `name` begins its name.
 */
export function temporaryFolder(name = "test"): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `imagetags-${name}-`));
  const remove = (): void => {
    if (process.env["E2E_KEEP"] === "1") process.stdout.write(`kept: ${path}\n`);
    // A process that was just killed may still write a last file.
    else rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const forget = undoAtExit(remove);
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.dispose]() {
      forget();
      remove();
    },
  };
}
