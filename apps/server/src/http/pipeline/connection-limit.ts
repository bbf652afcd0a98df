import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { AccessLog } from "./access-log.ts";
import { pathOf } from "../wire/canonical-url.ts";
import { errorReply } from "../errors.ts";
import { HEALTH_PATHS } from "../wire/health-paths.ts";
import { sendError } from "../wire/send.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";
import { observer } from "../../observer.ts";

/** The connections that are taken beyond the limit. They may ask for the server's health and for nothing else. */
const RESERVE = 4;
/** How long such a connection may stay, in milliseconds. */
const RESERVE_TIME = 5_000;
/** The time that a new connection has for its first request, in milliseconds. */
const FIRST_REQUEST_TIME = 1_000;

const FULL = errorReply("overloaded", "All connections are taken just now. Please try again.", {
  "Retry-After": "1",
});

interface Connection {
  readonly since: number;
  /** The reply to its last request; `undefined` before the first. */
  response: ServerResponse | undefined;
}

/**
 * Bounds the connections of a server. At the bound a new connection takes the place of one on which nothing is
 * under way. Where all are busy, a few more are taken, whose health checks are answered and all else is 503.
 */
export function limitConnections(
  server: Server,
  most: number,
  application: RequestListener,
  log?: AccessLog,
): RequestListener {
  const connections = new Map<Socket, Connection>();
  const reserved = new Set<Socket>();

  const take = (socket: Socket): void => {
    connections.set(socket, { since: performance.now(), response: undefined });
    socket.once("close", () => connections.delete(socket));
  };

  const reserve = (socket: Socket): void => {
    reserved.add(socket);
    const timer = setTimeout(() => socket.destroy(), RESERVE_TIME);
    socket.once("close", () => {
      clearTimeout(timer);
      reserved.delete(socket);
    });
  };

  server.on("connection", (socket) => {
    const idle = connections.size < most ? undefined : oldestIdle(connections);
    if (idle !== undefined) {
      connections.delete(idle);
      idle.destroy();
    }
    if (connections.size < most) take(socket);
    else if (reserved.size < RESERVE) reserve(socket);
    else {
      observer?.shed("connections");
      socket.destroy();
    }
  });

  return (request, response) => {
    const { socket, url = "" } = request;
    const connection = connections.get(socket);
    if (connection !== undefined) connection.response = response;
    if (reserved.size > 0 && reserved.has(socket)) {
      response.setHeader("Connection", "close");
      if (!HEALTH_PATHS.has(pathOf(url))) {
        observer?.shed("connections");
        refuse(request, response, log);
        return;
      }
    }
    application(request, response);
  };
}

function refuse(request: IncomingMessage, response: ServerResponse, log: AccessLog | undefined): void {
  const arrived = log?.arrived(request, pathOf(request.url ?? ""));
  const requestId = requestIdFor(request.headers["x-openstack-request-id"]);
  response.setHeader(REQUEST_ID_HEADER, requestId);
  if (log !== undefined && arrived !== undefined) {
    response.on("close", () => log.note(arrived, { requestId }, response));
  }
  sendError(response, FULL);
}

/** The oldest connection on which nothing is under way. */
function oldestIdle(connections: ReadonlyMap<Socket, Connection>): Socket | undefined {
  const before = performance.now() - FIRST_REQUEST_TIME;
  for (const [socket, { since, response }] of connections) {
    if (response === undefined ? since < before : response.writableFinished) return socket;
  }
  return undefined;
}
