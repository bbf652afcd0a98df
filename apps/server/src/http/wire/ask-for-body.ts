import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Tells a waiting caller that the body is wanted (RFC 9110, section 10.1.1). A caller who is refused before
 * that need not send it at all.
 */
export function askForBody({ headers, httpVersion }: IncomingMessage, response: ServerResponse): void {
  // A server of HTTP/1.0 knows no such reply.
  if (httpVersion === "1.0") return;
  if (headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
}

/** Requests whose bodies may take any time, as long as they move. */
const longBodies = new WeakSet<IncomingMessage>();

/** Lets the body of a request take any time, as long as it moves. It is for callers who may upload an image. */
export function allowLongBody(request: IncomingMessage): void {
  longBodies.add(request);
}

/** Whether the body of a request may take any time. */
export function mayTakeLong(request: IncomingMessage): boolean {
  return longBodies.has(request);
}
