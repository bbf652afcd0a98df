import cluster from "node:cluster";
import type { Server as HttpServer } from "node:http";
import { createServer, type ListenOptions, type Server, type Socket } from "node:net";
import type { ListenAddress } from "../../config/listen-address.ts";
import type { TlsMaterial } from "../../config/tls-settings.ts";
import { markLocal } from "../../http/pipeline/local-peers.ts";

/** One place at which a server takes connections. */
export interface Door {
  readonly server: Server;
  readonly isEncrypted: boolean;
  /** Uses another certificate for the connections to come. */
  readonly use: (material: TlsMaterial) => void;
  /** Ends the connections that have not come to speak yet. */
  readonly endUnspoken: () => void;
}

/** What all doors of a server have in common. */
export interface DoorOptions {
  readonly tls: TlsMaterial | undefined;
  /** The mode of a Unix socket's file. */
  readonly socketMode: number;
}

/** Opens a place whose connections are handed to `target`. A Unix socket is reached by this machine alone, and stays plain. */
export async function openDoor(
  target: HttpServer,
  address: ListenAddress,
  { tls, socketMode }: DoorOptions,
): Promise<Door> {
  // The module takes time to load.
  const door =
    tls === undefined || address.kind === "unix"
      ? plainDoor(target)
      : (await import("./encrypted-door.ts")).encryptedDoor(target, tls);
  if (address.kind === "unix") door.server.on("connection", markLocal);
  const begin = (): Promise<void> =>
    listening(door.server, optionsFor(address), address.kind === "unix" ? socketMode : undefined);
  await (address.kind === "fd" ? byItself(begin) : begin());
  return door;
}

function plainDoor(target: HttpServer): Door {
  // An HTTP server takes its own connections so.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    target.emit("connection", socket);
  });
  return { server, isEncrypted: false, use: () => undefined, endUnspoken: () => undefined };
}

function optionsFor(address: ListenAddress): ListenOptions & { readonly fd?: number } {
  switch (address.kind) {
    case "tcp":
      return { host: address.host, port: address.port };
    case "unix":
      return { path: address.path };
    case "fd":
      return { fd: address.fd };
  }
}

/** The file of a Unix socket has its mode from the beginning. */
function listening(server: Server, options: ListenOptions, mode: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const before = mode === undefined || cluster.isWorker ? undefined : process.umask(0o777 & ~mode);
    try {
      server.listen(options, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      if (before !== undefined) process.umask(before);
    }
  });
}

/**
 * Has a worker listen at a socket of its own. What the first process of a cluster shares would be closed with the last
 * worker, and Node knows no other way for an open socket, but goes by this property.
 */
function byItself<Result>(listen: () => Result): Result {
  const { isPrimary } = cluster;
  Reflect.set(cluster, "isPrimary", true);
  try {
    return listen();
  } finally {
    Reflect.set(cluster, "isPrimary", isPrimary);
  }
}
