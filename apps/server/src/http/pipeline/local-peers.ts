import type { Socket } from "node:net";

const local = new WeakSet<object>();

/** Remembers that a connection came by a Unix socket, which has no addresses. */
export function markLocal(socket: Socket): void {
  local.add(socket);
}

/** Whether a connection came by a Unix socket. */
export function isLocal(socket: object): boolean {
  return local.has(socket);
}
