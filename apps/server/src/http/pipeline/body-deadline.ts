import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { errorReply } from "../errors.ts";
import { mayTakeLong } from "../wire/ask-for-body.ts";
import { isBodyDue } from "../wire/end-reply.ts";
import { sendError } from "../wire/send.ts";

/** How long a body may take, in milliseconds; of a longer one something must move in every such time. */
const BODY_TIME = 60_000;
/** What must come of a longer body in that time, in bytes: some 500 a second. */
const LEAST_BYTES = 30_000;

/** Ends requests whose bodies do not come in time: 408, or the end of the connection where a reply has begun. */
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
    // Where something waits to be read, it is not the caller who is slow.
    const moves = request.readableLength > 0 || socket.bytesRead - seen >= LEAST_BYTES;
    seen = socket.bytesRead;
    if (mayTakeLong(request) && moves) return;
    clearInterval(timer);
    if (response.headersSent) socket.destroy();
    else sendError(response, errorReply("request-timeout", "The body of the request did not come in time."));
  }, bodyTime);
  // A body that was given up need not close, and the process waits for connections, not for this.
  timer.unref();
  request.once("close", () => clearInterval(timer));
}
