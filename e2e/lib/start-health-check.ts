import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** HAProxy gives up a check after a second. */
const PATIENCE = 900;

/** What HAProxy asks of a node of a database, as deployments have it: 200 when it is fit, and 503 otherwise. */
export async function startHealthCheck(
  isFit: () => Promise<boolean>,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_request, response) => {
    const fit = isFit().catch(() => false);
    const late = delay(PATIENCE, false, { ref: false });
    void Promise.race([fit, late]).then((is) => response.writeHead(is ? 200 : 503).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
