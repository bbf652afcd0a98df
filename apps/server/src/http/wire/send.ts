import type { ServerResponse } from "node:http";
import { gzip } from "node:zlib";
import type { ErrorReply } from "../errors.ts";
import { endRefusal } from "./end-reply.ts";
import { gzipTag } from "./gzip-tag.ts";
import { UnreadReplies } from "./unread-replies.ts";

/** The bytes of unread replies that one process holds. */
const unread = new UnreadReplies(64 * 1024 * 1024);

/** A body of fewer bytes goes out plain: with its headers it is two packets or less either way. */
const LEAST_TO_GZIP = 2_048;

/**
 * Sends JSON as `application/json` with its length, a large one in gzip for who accepts that. Express's own way adds a
 * charset, which that media type does not have (RFC 8259, section 11), and hashes every body for an ETag.
 */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  acceptsGzip: () => boolean = () => false,
): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("X-Content-Type-Options", "nosniff");
  const bytes = Buffer.byteLength(text);
  if (bytes >= LEAST_TO_GZIP && acceptsGzip()) {
    sendGzipped(response, text);
    return;
  }
  response.setHeader("Content-Length", bytes);
  // The reply to HEAD is the headers alone (RFC 9110, section 9.3.2); Node drops the body. Pure ASCII is the
  // same in either encoding, and faster to write as one byte a character.
  response.end(text, bytes === text.length ? "latin1" : "utf8");
  unread.note(response);
}

/** Sends a body in gzip, which another thread makes meanwhile. Status and other headers are set. */
function sendGzipped(response: ServerResponse, text: string): void {
  gzip(text, (error, zipped) => {
    if (error !== null) {
      response.destroy(error);
      return;
    }
    markGzipped(response, zipped.length);
    response.end(zipped);
    unread.note(response);
  });
}

/** Sets the headers of a body in gzip of so many bytes. */
export function markGzipped(response: ServerResponse, bytes: number): void {
  const entityTag = response.getHeader("ETag");
  if (typeof entityTag === "string") response.setHeader("ETag", gzipTag(entityTag));
  response.setHeader("Content-Encoding", "gzip");
  response.setHeader("Content-Length", bytes);
}

export function sendText(response: ServerResponse, text: string): void {
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.end(text);
}

export function sendError(response: ServerResponse, reply: ErrorReply): void {
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  const text = JSON.stringify(reply.body);
  response.statusCode = reply.status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  endRefusal(response.req, response, text);
}
