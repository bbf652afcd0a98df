import cluster from "node:cluster";
import type { Server as HttpServer } from "node:http";
import type { Config } from "../../config/config.ts";
import { inUrl, textOfAddress, type ListenAddress } from "../../config/listen-address.ts";
import { openDoor, type Door } from "./open-door.ts";
import { removeStaleSocket } from "./stale-socket.ts";

/** The places at which a server takes connections. */
export interface Doors {
  readonly all: readonly Door[];
  /** The URLs by which this machine reaches the server, without a trailing slash; of Unix sockets `unix:PATH`. */
  readonly urls: readonly string[];
}

/** Opens every place that the settings name; where one cannot be, none stays open. */
export async function openDoors(
  target: HttpServer,
  { listen, socketMode, tls, basePath }: Pick<Config, "listen" | "socketMode" | "tls" | "basePath">,
): Promise<Doors> {
  const all: Door[] = [];
  try {
    for (const address of listen) {
      if (address.kind === "unix" && !cluster.isWorker) await removeStaleSocket(address.path);
      all.push(await openDoor(target, address, { tls: tls?.material, socketMode }));
    }
  } catch (error) {
    for (const { server } of all) server.close();
    throw error;
  }
  // By this an HTTP server begins to watch the times of its connections.
  target.emit("listening");
  const urls = all.map((door, at) => urlOf(door, listen[at], basePath));
  return { all, urls };
}

function urlOf({ server, isEncrypted }: Door, named: ListenAddress | undefined, basePath: string): string {
  const address = server.address();
  if (typeof address === "string") return `unix:${address}`;
  // A worker is not told the path.
  if (address === null) return named === undefined ? "" : textOfAddress(named);
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address.address] ?? address.address;
  return `${isEncrypted ? "https" : "http"}://${inUrl(host)}:${address.port}${basePath}`;
}
