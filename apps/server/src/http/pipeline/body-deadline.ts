import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { errorReply } from "../errors.ts";
import { mayTakeLong } from "../wire/ask-for-body.ts";
import { isBodyDue } from "../wire/end-reply.ts";
import { sendError } from "../wire/send.ts";

/** The time that a body may take, in milliseconds. A longer one must move within every such time. */
const BODY_TIME = 60_000;
/** The bytes of a longer body that must come in that time: some 500 a second. */
const LEAST_BYTES = 30_000;

/** Ends requests whose bodies do not come in time, with 408. Where a reply has begun, it ends the connection. */
export function bodyDeadline(application: RequestListener, bodyTime = BODY_TIME): RequestListener {
  return (request, response) => {
    if (isBodyDue(request)) watch(request, response, bodyTime);
    application(request, response);
  };
}

function watch(request: IncomingMessage, response: ServerResponse, bodyTime: number): void {
  const { socket } = request;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) {
      clearInterval(timer);
      return;
    }
    // The caller is not slow where something waits to be read.
    const moves = request.readableLength > 0 || socket.bytesRead - seen >= LEAST_BYTES;
    seen = socket.bytesRead;
    if (mayTakeLong(request) && moves) return;
    clearInterval(timer);
    if (response.headersSent) socket.destroy();
    else sendError(response, errorReply("request-timeout", "The body of the request did not come in time."));
  }, bodyTime);
  // A body that was given up need not close. The process waits for connections, and not for this timer.
  timer.unref();
  request.once("close", () => clearInterval(timer));
}
