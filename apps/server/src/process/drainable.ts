import type { IncomingMessage, Server, ServerResponse } from "node:http";
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
  // Each connection with the reply to its last request: none where no request has come yet, which Node
  // does not count as idle.
  const connections = new Map<Socket, ServerResponse | undefined>();
  let draining = false;
  server.on("connection", (socket) => {
    connections.set(socket, undefined);
    socket.once("close", () => connections.delete(socket));
  });
  const began = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    connections.set(socket, response);
    if (draining) response.setHeader("Connection", "close");
  };
  server.on("request", began).on("checkContinue", began);
  return () => {
    draining = true;
    for (const response of connections.values()) {
      if (response?.headersSent === false) response.setHeader("Connection", "close");
    }
    return new Promise((resolve) => {
      let sweep: NodeJS.Timeout | undefined;
      const grace = setTimeout(() => {
        for (const [socket, response] of connections) if (response === undefined) socket.destroy();
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
