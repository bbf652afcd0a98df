import { rmSync } from "node:fs";
import { ConfigError, type Config } from "../config/config.ts";
import { errorText } from "../error-text.ts";
import { makeFirstToken } from "../identity/first-token.ts";
import { makeFolder } from "./make-folder.ts";

/**
 * Makes the data directory, and a tokens file where one is needed and missing, and then starts. A failed start
 * takes the tokens file away again: the next start is a first one, and tells its token.
 */
export async function withFirstToken<Started>(
  config: Config,
  start: () => Promise<Started>,
): Promise<{ readonly started: Started; readonly firstToken: string | undefined }> {
  makeDataDir(config.dataDir);
  const firstToken = config.makesTokensFile ? makeFirstToken(config.tokensFile) : undefined;
  try {
    return { started: await start(), firstToken };
  } catch (error) {
    if (firstToken !== undefined) rmSync(config.tokensFile, { force: true });
    throw error;
  }
}

function makeDataDir(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw new ConfigError(`IMAGETAGS_DATA_DIR cannot be used: ${errorText(error)}`);
  }
}
