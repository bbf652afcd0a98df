import { startServer } from "@imagetags/testing/server/start-server";
import { newToken, ourServer } from "./contestants.ts";
import { Seeder } from "./seed.ts";

/** Starts our server on a database of its own. */
export async function startOurs(stack: AsyncDisposableStack) {
  const token = newToken();
  const server = stack.use(await startServer(ourServer(token)));
  return { token, server, port: server.port, seeder: new Seeder(server.port, token) };
}
