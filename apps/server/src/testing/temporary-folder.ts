import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An empty folder of its own. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** The path of a file or folder in it. */
  readonly at: (...names: string[]) => string;
}

/** Makes a folder that goes away with the scope: `using folder = temporaryFolder()`. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "imagetags-test-"));
  return {
    path,
    at: (...names) => join(path, ...names),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
