import { lstatSync, unlinkSync } from "node:fs";
import { connect } from "node:net";
import { ConfigError } from "../../config/config.ts";
import { errorCode, errorText } from "../../error-text.ts";

/**
 * Removes the file of a Unix socket at which nobody listens any more: a process that was killed leaves it behind. Throws a
 * {@link ConfigError} where somebody does, or where something else is at the path.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new ConfigError(`IMAGETAGS_LISTEN: ${path} is there already, and is no socket.`);
  const code = await codeOfConnecting(path);
  if (code === undefined)
    throw new ConfigError(`IMAGETAGS_LISTEN: another program listens at ${path} already.`);
  if (code === "ENOENT") return;
  if (code !== "ECONNREFUSED")
    throw new ConfigError(`IMAGETAGS_LISTEN: ${path} is there already, and cannot be connected to: ${code}`);
  try {
    unlinkSync(path);
  } catch (error) {
    throw new ConfigError(
      `IMAGETAGS_LISTEN: ${path} is left over and cannot be removed: ${errorText(error)}`,
    );
  }
}

/** The error that connecting ends in; `undefined` where somebody answers. */
function codeOfConnecting(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error) => resolve(errorCode(error)));
  });
}
