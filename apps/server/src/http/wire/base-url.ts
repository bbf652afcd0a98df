import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { TLSSocket } from "node:tls";

/** Tells the URL under which a caller reaches this server, without a trailing slash. */
export type BaseUrl = (request: Pick<IncomingMessage, "headers" | "socket">) => string;

/** The public URL where one is set, else the one that each request names, with the path under which the API is. */
export function baseUrl(publicUrl: string | undefined, basePath: string): BaseUrl {
  if (publicUrl !== undefined) return () => publicUrl;
  return ({ headers, socket }) =>
    `${socket instanceof TLSSocket ? "https" : "http"}://${headers.host ?? ownAuthority(socket)}${basePath}`;
}

/** The address that a connection came to, for a request that names no host. A Unix socket has none. */
export function ownAuthority({ localAddress, localPort }: IncomingMessage["socket"]): string {
  if (localAddress === undefined) return "localhost";
  return `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
}
