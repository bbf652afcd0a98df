import type { IncomingMessage } from "node:http";

/** Tells the URL under which a caller reaches this server, without a trailing slash. */
export type BaseUrl = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/** The public URL where one is set, else the one that each request names. */
export function baseUrl(publicUrl: string | undefined): BaseUrl {
  if (publicUrl !== undefined) return () => publicUrl;
  return ({ headers, socket }) => `http://${headers.host ?? `${socket.localAddress}:${socket.localPort}`}`;
}
