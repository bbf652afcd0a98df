import type { Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import { createServer } from "node:tls";
import type { TlsMaterial } from "../../config/tls-settings.ts";
import type { Door } from "./open-door.ts";

/** The time that agreeing on TLS may take, in milliseconds. */
const HANDSHAKE_TIME = 10_000;
/** How many connections may be about to agree at a time. */
const MOST_HANDSHAKES = 1_000;

/** A door at which TLS is spoken. What does not come to that is closed without a word in the log: anybody may send anything. */
export function encryptedDoor(target: HttpServer, material: TlsMaterial): Door {
  const handshakes = new Map<string, Socket>();
  const server = createServer(
    {
      ...contextOf(material),
      ALPNProtocols: ["http/1.1"],
      handshakeTimeout: HANDSHAKE_TIME,
      noDelay: true,
      requestCert: material.clientCa !== undefined,
      rejectUnauthorized: true,
    },
    (socket) => {
      handshakes.delete(nameOf(socket));
      target.emit("connection", socket);
    },
  );
  server.prependListener("connection", (socket: Socket) => {
    if (handshakes.size >= MOST_HANDSHAKES) {
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    handshakes.set(name, socket);
    socket.once("close", () => {
      if (handshakes.get(name) === socket) handshakes.delete(name);
    });
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return {
    server,
    isEncrypted: true,
    use: (next) => server.setSecureContext(contextOf(next)),
    endUnspoken: () => {
      for (const socket of handshakes.values()) socket.destroy();
    },
  };
}

function contextOf({ cert, key, clientCa }: TlsMaterial) {
  return { cert, key, ca: clientCa, minVersion: "TLSv1.2" as const };
}

/** The same for a connection and for what is spoken on it. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
