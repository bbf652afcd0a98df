import { startServer } from "./child-server.mjs";
import { newToken, ourServer } from "./contestants.mjs";
import { Seeder } from "./seed.mjs";
import { tempFolder } from "./temp-folder.mjs";

/**
 * Starts our server on a database of its own.
 * @param {AsyncDisposableStack} stack
 */
export async function startOurs(stack) {
  const folder = tempFolder(stack);
  const token = newToken();
  const server = await startServer(ourServer(folder, token), folder, stack);
  return { folder, token, server, port: server.port, seeder: new Seeder(server.port, token) };
}
