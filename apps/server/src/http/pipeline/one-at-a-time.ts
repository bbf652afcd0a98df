import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { observer } from "../../observer.ts";

/** How many requests may wait for their turn, on all connections together. */
const MOST_WAITING = 10_000;

/**
 * Begins a request when every earlier one on its connection is answered and the answer is on its way. A
 * connection then has one pending reply, whatever it sends and however little it reads. Requests see the
 * changes that were sent before them (RFC 9112, section 9.3.2). Nothing more is read while requests wait.
 */
export function oneAtATime(application: RequestListener, mostWaiting = MOST_WAITING): RequestListener {
  const waiting = new Map<Socket, number>();
  let waitingInAll = 0;

  const leave = (socket: Socket): void => {
    waitingInAll -= waiting.get(socket) ?? 0;
    waiting.delete(socket);
  };

  const begin = (request: IncomingMessage, response: ServerResponse, socket: Socket): void => {
    const left = (waiting.get(socket) ?? 0) - 1;
    // The connection was closed meanwhile.
    if (left < 0) return;
    waiting.set(socket, left);
    waitingInAll -= 1;
    if (left === 0) socket.resume();
    else socket.pause();
    application(request, response);
  };

  const wait = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    if (socket.destroyed) return;
    const before = waiting.get(socket);
    if (before === undefined) socket.once("close", () => leave(socket));
    waiting.set(socket, (before ?? 0) + 1);
    waitingInAll += 1;
    if (waitingInAll > mostWaiting) {
      observer?.shed("pipelined-requests");
      socket.destroy();
      return;
    }
    // Node resumes the connection when it has read a request to its end. This must come later.
    if (before === undefined || before === 0) setImmediate(pauseWhileWaiting, socket);
    // Node gives a response its connection when the one before it is finished.
    response.once("socket", () => process.nextTick(begin, request, response, socket));
  };

  const pauseWhileWaiting = (socket: Socket): void => {
    if ((waiting.get(socket) ?? 0) > 0) socket.pause();
  };

  return (request, response) => {
    if (response.socket === null) wait(request, response);
    else application(request, response);
  };
}
