import type { IncomingMessage, ServerResponse } from "node:http";

/** How long a caller may go on sending a body that is not wanted, in milliseconds. */
const LINGER = 2_000;
/** How long the connection stays when the body is over, in milliseconds: more may be on its way behind it. */
const TRAILING = 50;

/** Whether a request has a body of which something may be still to come. */
export function isBodyDue(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request);
}

/** Whether a request has a body, be it read already or not. */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  return headers["content-length"] !== undefined && headers["content-length"] !== "0";
}

/**
 * Ends a refusal, of which status and headers have been set. A body that is still to come is not waited
 * for: the reply goes out at once, and then the connection is closed. What the caller sends until it has
 * read that is thrown away, for a while: closed before, the connection could take the reply with it
 * (RFC 9112, section 9.6).
 */
export function endRefusal(request: IncomingMessage, response: ServerResponse, body: string | Buffer): void {
  if (!isBodyDue(request)) {
    response.end(body);
    return;
  }
  if (!response.headersSent) response.setHeader("Connection", "close");
  response.write(body);
  // The reply to HEAD has no body that would take the headers along.
  response.flushHeaders();
  endWhenRead(request, response);
}

/** Ends a reply that is written but for its end, and throws away what comes of the body until then. */
export function endWhenRead(request: IncomingMessage, response: ServerResponse): void {
  let timer = setTimeout(() => response.end(), LINGER);
  request.once("close", () => {
    clearTimeout(timer);
    timer = setTimeout(() => response.end(), request.socket.destroyed ? 0 : TRAILING);
  });
  request.resume();
}
