import type { IncomingMessage } from "node:http";

/** The URL under which the caller reached this server, without a trailing slash. */
export function baseUrl({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): string {
  return `http://${headers.host ?? `${socket.localAddress}:${socket.localPort}`}`;
}
