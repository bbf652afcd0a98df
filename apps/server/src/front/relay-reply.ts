import type { IncomingMessage, ServerResponse } from "node:http";
import { endWhenRead, isBodyDue } from "../http/wire/end-reply.ts";
import { endToEnd } from "./end-to-end-headers.ts";
import { pumpReply } from "./pump-reply.ts";
import { readWhole } from "./read-whole.ts";
import { withoutBodyHeaders } from "./request-headers.ts";
import { observer } from "../observer.ts";

/** Puts another body in the place of a whole reply's. `undefined`: it stays. */
export type Rewrite = (body: Buffer) => Buffer | undefined;

/** How a reply is rewritten, told by its status and headers. `undefined`: it is not. */
export type RewriteReply = (reply: ReplyHead) => Rewrite | undefined;

/** What is known of a reply before its body. */
type ReplyHead = Pick<IncomingMessage, "statusCode" | "headers">;

/** The most bytes of a reply that may be rewritten. Longer ones are sent on as they come. */
const MOST_REWRITTEN = 256 * 1024;

/** Where a reply of Glance's goes. */
export interface Relay {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly rewrite?: RewriteReply;
}

/** Sends a reply of Glance's on to the caller. `onFailure` is called when it breaks off before anything was sent. */
export function relayReply(relay: Relay, reply: IncomingMessage, onFailure: () => void): void {
  const { request, rewrite } = relay;
  const wanted = request.method !== "HEAD" && isRewritable(reply) ? rewrite?.(reply) : undefined;
  if (wanted === undefined) stream(relay, reply);
  else void sendRewritten(relay, reply, wanted).catch(onFailure);
}

async function sendRewritten(relay: Relay, reply: IncomingMessage, rewrite: Rewrite): Promise<void> {
  const body = await readWhole(reply, MOST_REWRITTEN);
  observer?.passed("from-glance", body.length);
  const other = rewrite(body) ?? body;
  const headers = withoutBodyHeaders(endToEnd(reply.rawHeaders));
  beginReply(relay, reply, [...headers, "Content-Length", String(other.length)]);
  relay.response.end(other);
}

function stream(relay: Relay, reply: IncomingMessage): void {
  const { request, response } = relay;
  const lingers = beginReply(relay, reply, endToEnd(reply.rawHeaders));
  // The headers go with the first bytes of the body, unless those take their time.
  const flush = setImmediate(() => response.flushHeaders());
  reply.once("data", () => clearImmediate(flush));
  pumpReply(reply, response, {
    end: () => {
      clearImmediate(flush);
      if (lingers) {
        response.flushHeaders();
        endWhenRead(request, response);
      } else response.end();
    },
    // What breaks off at Glance breaks off here too, and never looks whole.
    cutOff: () => request.socket.destroy(),
  });
}

/** Sends status and headers. Whether the caller has a body to be read to its end, or for a while. */
export function beginReply(
  { request, response }: Relay,
  { statusCode = 502, statusMessage = "" }: Pick<IncomingMessage, "statusCode" | "statusMessage">,
  headers: string[],
): boolean {
  const lingers = isBodyDue(request);
  const closes = lingers || response.getHeader("Connection") === "close";
  // This server's headers about its own replies do not hold for Glance's.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  if (closes) headers.push("Connection", "close");
  // HTTP/1.0 knows no chunks.
  const sent = request.httpVersion === "1.0" ? withoutChunks(headers) : headers;
  response.writeHead(statusCode, statusMessage, sent);
  return lingers;
}

/** Whether a reply is short enough, and of a kind, that it may be rewritten. */
export function isRewritable({ headers }: ReplyHead): boolean {
  const length = headers["content-length"];
  return (
    headers["content-encoding"] === undefined &&
    headers["content-type"]?.startsWith("application/json") === true &&
    length !== undefined &&
    Number(length) <= MOST_REWRITTEN
  );
}

function withoutChunks(headers: readonly string[]): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== "transfer-encoding");
}
