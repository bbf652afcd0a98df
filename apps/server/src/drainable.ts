import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/** How long idle connections stay for requests that are on their way already, in milliseconds. */
const GRACE = 250;
/** How often connections that have become idle are closed after that, in milliseconds. */
const SWEEP = 20;

/**
 * Prepares a server to be drained, before it listens. What is returned takes no new connections and
 * resolves when every request under way is answered and every connection is closed. From then on each
 * answer says `Connection: close`, so that no client sends its next request into a closing connection
 * and wonders whether it was heard.
 */
export function drainable(server: Server): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  // Connections on which no request has come yet: Node does not count them as idle.
  const unused = new Set<Socket>();
  let draining = false;
  server.on("connection", (socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", (request, response) => {
    unused.delete(request.socket);
    if (draining) response.setHeader("Connection", "close");
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
  });
  return () => {
    draining = true;
    for (const response of underWay) {
      if (!response.headersSent) response.setHeader("Connection", "close");
    }
    return new Promise((resolve) => {
      let sweep: NodeJS.Timeout | undefined;
      const grace = setTimeout(() => {
        for (const socket of unused) socket.destroy();
        sweep = setInterval(() => server.closeIdleConnections(), SWEEP);
      }, GRACE);
      // The close of an HTTP server would cut idle connections at once.
      NetServer.prototype.close.call(server, () => {
        clearTimeout(grace);
        clearInterval(sweep);
        resolve();
      });
    });
  };
}
