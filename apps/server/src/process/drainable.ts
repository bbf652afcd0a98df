import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Door } from "./listening/open-door.ts";

/** The time that idle connections stay for requests on their way already, in milliseconds. */
const GRACE = 250;
/** The time between two looks for idle connections after that, in milliseconds. */
const SWEEP = 20;

/**
 * Prepares a server to be drained, before its doors are opened. The returned function takes no new connections, and resolves
 * when every request under way is answered and every connection closed. Meanwhile each answer says `Connection:
 * close`, so that no client sends its next request into a closing connection and wonders whether it was heard. Idle
 * connections are closed soon; where there is a `hurry`, not before that is aborted: a client may be about to send.
 */
export function drainable(server: Server): (doors: readonly Door[], hurry?: AbortSignal) => Promise<void> {
  // The reply to the last request of each connection. There is none before the first request, when Node does
  // not count the connection as idle.
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
  const closeIdle = (doors: readonly Door[]): Disposable => {
    let sweep: NodeJS.Timeout | undefined;
    const grace = setTimeout(() => {
      for (const { endUnspoken } of doors) endUnspoken();
      for (const [socket, response] of connections) if (response === undefined) socket.destroy();
      sweep = setInterval(() => server.closeIdleConnections(), SWEEP);
    }, GRACE);
    return {
      [Symbol.dispose]() {
        clearTimeout(grace);
        clearInterval(sweep);
      },
    };
  };
  return async (doors, hurry) => {
    draining = true;
    for (const response of connections.values()) {
      if (response?.headersSent === false) response.setHeader("Connection", "close");
    }
    using closing = new DisposableStack();
    const begin = (): void => void closing.use(closeIdle(doors));
    if (hurry === undefined || hurry.aborted) begin();
    else {
      hurry.addEventListener("abort", begin);
      closing.defer(() => hurry.removeEventListener("abort", begin));
    }
    await Promise.all(doors.map((door) => new Promise((resolve) => door.server.close(resolve))));
  };
}
