import type { IncomingMessage, ServerResponse } from "node:http";

/** How long a caller may go on sending a body that is not wanted, in milliseconds. */
const LINGER = 2_000;
/** The time that a connection stays after such a body, in milliseconds: more may be on its way behind it. */
const TRAILING = 50;

/** Whether more of a request's body may still come. */
export function isBodyDue(request: IncomingMessage): boolean {
  return !request.complete && hasBody(request);
}

/** Whether a request has a body, read or not. */
export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers["transfer-encoding"] !== undefined) return true;
  return headers["content-length"] !== undefined && headers["content-length"] !== "0";
}

/**
 * Ends a refusal whose status and headers are set. The reply goes out at once, without waiting for the body,
 * and then the connection is closed. Input is read and thrown away for a while before that: closing at once
 * could take the reply along (RFC 9112, section 9.6).
 */
export function endRefusal(request: IncomingMessage, response: ServerResponse, body: string | Buffer): void {
  if (!isBodyDue(request)) {
    response.end(body);
    return;
  }
  if (!response.headersSent) response.setHeader("Connection", "close");
  response.write(body);
  // The reply to HEAD has no body, so the headers must be sent by themselves.
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
