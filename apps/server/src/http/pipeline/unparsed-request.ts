import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { AllowedMethods } from "./allowed-methods.ts";
import { canonicalUrl, pathOf } from "./canonical-url.ts";
import { errorReply, type ErrorReply } from "../errors.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";
import { negotiateVersion } from "./version-negotiation.ts";

/** What Node tells of input that it could not read as a request. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/**
 * Answers input that is no HTTP request that Node can read, in the one form of our errors, and closes
 * the connection: where the next request would begin is not known.
 */
export function answerUnparsed(server: Server, allowed: AllowedMethods): void {
  server.on("clientError", (error: ParseError, socket: Duplex) => {
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    socket.end(serialize(replyToUnparsed(error, allowed)));
  });
}

/** The reply to input that could not be read. */
function replyToUnparsed(error: ParseError, allowed: AllowedMethods): ErrorReply {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return isInFirstLine(error)
        ? errorReply("target-too-long", "The request target is longer than 16 KB.")
        : errorReply("headers-too-large", "The headers are longer than 16 KB.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return errorReply("request-timeout", "The request did not arrive in time.");
    case "HPE_INVALID_URL":
      return errorReply("malformed-request", "The request target is not percent-encoded ASCII.");
    case "HPE_INVALID_METHOD":
      return replyToUnknownMethod(error, allowed) ?? malformed(error);
    default:
      return malformed(error);
  }
}

function malformed(error: ParseError): ErrorReply {
  return errorReply("malformed-request", `This is not a well-formed HTTP request: ${error.message}.`);
}

/** Node reads only the methods it knows; others are not allowed here either. */
function replyToUnknownMethod(error: ParseError, allowed: AllowedMethods): ErrorReply | undefined {
  const packet = error.rawPacket?.toString("latin1") ?? "";
  const start = packet.lastIndexOf("\n", error.bytesParsed ?? 0) + 1;
  const line = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(packet.slice(start));
  const [, method, target] = line ?? [];
  if (method === undefined || target === undefined) return undefined;
  const destination = negotiateVersion(canonicalUrl(target), undefined);
  const methods = destination.kind === "api" ? allowed(pathOf(destination.url)) : undefined;
  return methods === undefined
    ? errorReply("no-such-path", "The resource could not be found.")
    : methodNotAllowed(method, methods);
}

function isInFirstLine({ rawPacket }: ParseError): boolean {
  return rawPacket === undefined || !rawPacket.subarray(0, 16 * 1024).includes("\n");
}

function serialize({ status, body, headers }: ErrorReply): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    [REQUEST_ID_HEADER]: requestIdFor(undefined),
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(text)),
    Connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${body.error.title}\r\n${lines.join("")}\r\n${text}`;
}
