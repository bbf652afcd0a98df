import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { parse } from "forwarded-parse";
import { compile } from "proxy-addr";
import { isLocal } from "./local-peers.ts";

/** Tells the IP address of who sent a request. `undefined` once its connection has ended. */
export type CallerAddress = (request: Pick<IncomingMessage, "socket" | "headers">) => string | undefined;

/** The word among the proxies for whoever may connect to a Unix socket of the server. */
const UNIX_PEERS = "unix";

/**
 * Follows a request from its connection back through `trustedProxies`, addresses and networks (`10.0.0.0/8`) or `unix`,
 * by `Forwarded` or `X-Forwarded-For`. The first address that is no trusted proxy's is the caller's. Two
 * headers that differ are both disbelieved, since one of them is not the proxy's own.
 */
export function callerAddress(trustedProxies: readonly string[]): CallerAddress {
  if (trustedProxies.length === 0) return ({ socket }) => plain(socket.remoteAddress);
  const isTrusted = compile(trustedProxies.filter((proxy) => proxy !== UNIX_PEERS));
  const trustsUnix = trustedProxies.includes(UNIX_PEERS);
  return ({ socket, headers }) => {
    const peer = plain(socket.remoteAddress);
    if (peer === undefined ? !(trustsUnix && isLocal(socket)) : !isTrusted(peer, 0)) return peer;
    const { forwarded, "x-forwarded-for": forwardedFor } = headers;
    const said = [
      ...(forwarded === undefined ? [] : [hopsOf(forwarded)]),
      ...(typeof forwardedFor === "string" ? [forwardedFor.split(",").map((hop) => addressOf(hop))] : []),
    ].map((hops) => follow(peer, hops, isTrusted));
    const [first = peer, second = first] = said;
    return first === second ? first : peer;
  };
}

/** The address before the last trusted one. Anything that is no address ends the way. */
function follow(
  peer: string | undefined,
  hops: readonly (string | undefined)[],
  isTrusted: (address: string, index: number) => boolean,
): string | undefined {
  let address = peer;
  for (const hop of hops.toReversed()) {
    if (hop === undefined || (address !== undefined && !isTrusted(address, 0))) break;
    address = hop;
  }
  return address;
}

/** Where each proxy of a `Forwarded` header had the request from, in their order (RFC 7239). */
function hopsOf(forwarded: string): (string | undefined)[] {
  try {
    return parse(forwarded).map((element) => addressOf(element["for"] ?? ""));
  } catch {
    return [];
  }
}

/** Reads an address as proxies write it: with brackets, with a port. */
function addressOf(text: string): string | undefined {
  const node = text.trim();
  const host =
    /^\[([^\]]*)\](?::\d+)?$/.exec(node)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(node)?.[1] ?? node;
  return isIP(host) === 0 ? undefined : plain(host);
}

/** Writes an IPv4 address that came by a socket of IPv6 as IPv4. */
function plain(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "");
}
