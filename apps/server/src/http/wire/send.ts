import type { ServerResponse } from "node:http";
import type { ErrorReply } from "../errors.ts";
import { endRefusal } from "./end-reply.ts";
import { UnreadReplies } from "./unread-replies.ts";

/** The bytes of unread replies that one process holds. */
const unread = new UnreadReplies(64 * 1024 * 1024);

/**
 * Sends JSON as `application/json` with its length. Express's own way adds a charset, which that media
 * type does not have (RFC 8259, section 11), and hashes every body for an ETag.
 */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.statusCode = status;
  response.setHeader("Content-Type", "application/json");
  response.setHeader("X-Content-Type-Options", "nosniff");
  const bytes = Buffer.byteLength(text);
  response.setHeader("Content-Length", bytes);
  // The reply to HEAD is the headers alone (RFC 9110, section 9.3.2); Node drops the body. Pure ASCII is the
  // same in either encoding, and faster to write as one byte a character.
  response.end(text, bytes === text.length ? "latin1" : "utf8");
  unread.note(response);
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
