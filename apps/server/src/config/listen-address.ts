import { isIPv6 } from "node:net";
import { z } from "zod";
import type { Problem } from "./documented.ts";

/** A host and a port to listen on. The system chooses the port where it is 0. */
export interface TcpAddress {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
}

/** A place to listen on: a host and a port, the path of a Unix socket, or a socket that the process was given. */
export type ListenAddress =
  | TcpAddress
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "fd"; readonly fd: number };

/** Where the server listens unless it is told otherwise. */
const USUAL: readonly ListenAddress[] = [{ kind: "tcp", host: "127.0.0.1", port: 9292 }];

/** The word for the sockets that systemd hands over. */
const SYSTEMD = "systemd";
/** The first of them. Source: sd_listen_fds(3). */
const FIRST_FD = 3;
/** The bytes of a Unix socket's path, with the zero at its end. Source: unix(7). */
const LONGEST_PATH = 107;

type Env = Readonly<Record<string, string | undefined>>;

/** What `IMAGETAGS_LISTEN` names, in its order. */
export function toListenAddresses(
  text: string,
  context: z.RefinementCtx<string>,
): (ListenAddress | typeof SYSTEMD)[] {
  const addresses = text.split(",").map(toListenAddress);
  const named = addresses.filter((address) => address !== undefined);
  const distinct = new Set(named.filter((one) => !isAnyPort(one)).map((one) => JSON.stringify(one)));
  if (named.length < addresses.length) {
    context.addIssue(
      "must be ADDRESS:PORT, such as 127.0.0.1:9292 or [::1]:9292, unix:/PATH of at most 107 bytes, fd:NUMBER from 3 on, " +
        "or systemd; several with commas between",
    );
    return z.NEVER;
  }
  if (distinct.size < named.filter((one) => !isAnyPort(one)).length) {
    context.addIssue("must not name an address twice");
    return z.NEVER;
  }
  return named;
}

/** A host and a port alone. */
export function toTcpAddress(text: string, context: z.RefinementCtx<string>): TcpAddress {
  const address = toListenAddress(text);
  if (typeof address === "object" && address.kind === "tcp") return address;
  context.addIssue("must be ADDRESS:PORT, such as 127.0.0.1:9464 or [::1]:9464");
  return z.NEVER;
}

function isAnyPort(address: ListenAddress | typeof SYSTEMD): boolean {
  return address !== SYSTEMD && address.kind === "tcp" && address.port === 0;
}

function toListenAddress(text: string): ListenAddress | typeof SYSTEMD | undefined {
  if (text === SYSTEMD) return SYSTEMD;
  const path = /^unix:(\/[^\p{Cc}]*[^\p{Cc}/\s])$/u.exec(text)?.[1];
  if (path !== undefined) return Buffer.byteLength(path) > LONGEST_PATH ? undefined : { kind: "unix", path };
  const fd = /^fd:([1-9]\d{0,3})$/.exec(text)?.[1];
  if (fd !== undefined) return Number(fd) < FIRST_FD ? undefined : { kind: "fd", fd: Number(fd) };
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s"'/@*]+)):(0|[1-9]\d{0,4})$/.exec(text);
  const [, inBrackets, plain] = match ?? [];
  const host = inBrackets !== undefined && isIPv6(inBrackets) ? inBrackets : plain;
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { kind: "tcp", host, port };
}

/**
 * Puts the sockets that systemd hands over in their place. They are all there is where nothing else is named, and what is
 * handed over must be named otherwise: whoever connects there would wait for good.
 */
export function withHandedOver(
  named: readonly (ListenAddress | typeof SYSTEMD)[] | undefined,
  env: Env,
  problem: Problem,
): readonly ListenAddress[] {
  const handedOver = handedOverBySystemd(env);
  if (named === undefined) return handedOver.length > 0 ? handedOver : USUAL;
  if (
    !named.includes(SYSTEMD) &&
    handedOver.length > 0 &&
    !named.some((one) => one !== SYSTEMD && one.kind === "fd")
  ) {
    problem("IMAGETAGS_LISTEN must name systemd too, which hands over a socket: LISTEN_FDS is set");
  }
  return named.flatMap((one) => (one === SYSTEMD ? handedOver : [one]));
}

/**
 * What is wrong where systemd is named and hands over nothing; `undefined` where that is not so. It is asked of a server that is
 * to listen: other commands have the same settings and no sockets.
 */
export function missingSockets(env: Env): string | undefined {
  const isNamed = (env["IMAGETAGS_LISTEN"] ?? "").split(",").includes(SYSTEMD);
  if (!isNamed || handedOverBySystemd(env).length > 0) return undefined;
  return "IMAGETAGS_LISTEN names systemd, which hands over no socket to this process (LISTEN_FDS, LISTEN_PID)";
}

/** Source: sd_listen_fds(3). */
function handedOverBySystemd({ LISTEN_FDS: count, LISTEN_PID: pid }: Env): ListenAddress[] {
  if (pid !== String(process.pid) || count === undefined || !/^[1-9]\d{0,2}$/.test(count)) return [];
  return Array.from({ length: Number(count) }, (_, index) => ({ kind: "fd", fd: FIRST_FD + index }));
}

/** An address as `IMAGETAGS_LISTEN` names it. */
export function textOfAddress(address: ListenAddress): string {
  switch (address.kind) {
    case "unix":
      return `unix:${address.path}`;
    case "fd":
      return `fd:${address.fd}`;
    case "tcp":
      return `${inUrl(address.host)}:${address.port}`;
  }
}

/** A host as URLs have it: an IPv6 address in brackets. */
export function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
