import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { errorText } from "../error-text.ts";
import { TokenFileError } from "./token-file.ts";

/** The project that the token of a first start is for. */
export const FIRST_PROJECT = "demo";

/**
 * Writes a tokens file with one random token for project `demo`, role `member`, which its owner alone may read.
 * Returns the token; `undefined` when there is a file already.
 */
export function makeFirstToken(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  try {
    return writeTokenFile(path);
  } catch (error) {
    throw new TokenFileError(`The tokens file cannot be made: ${errorText(error)}`);
  }
}

function writeTokenFile(path: string): string {
  const token = randomBytes(32).toString("base64url");
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // "wx" fails rather than overwrite a file that appears meanwhile.
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(
      file,
      `# Who may use this server. Each entry: token or sha256 (of the token, in hexadecimal), user_id,\n` +
        `# project_id and roles (admin, manager, member, reader: each implies the next).\n` +
        `tokens:\n` +
        `  - token: ${token}\n` +
        `    user_id: ${FIRST_PROJECT}\n` +
        `    project_id: ${FIRST_PROJECT}\n` +
        `    roles: [member]\n`,
    );
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return token;
}
