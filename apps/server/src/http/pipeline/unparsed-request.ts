import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AccessLog } from "./access-log.ts";
import type { AllowedMethods } from "./allowed-methods.ts";
import { canonicalUrl, pathOf } from "../wire/canonical-url.ts";
import { errorReply, type ErrorReply } from "../errors.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { splitTarget } from "./origin-form.ts";
import { REQUEST_ID_HEADER, requestIdFor } from "./request-id.ts";
import { negotiateVersion, noSuchPath } from "./version-negotiation.ts";
import { observer } from "../../observer.ts";

/** What Node tells of input that it could not read as a request. */
interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/** The last two replies of a connection, in the order of their requests. */
interface Replies {
  readonly last: ServerResponse;
  readonly before: ServerResponse | undefined;
}

/** The time that a connection stays at its end so that the caller can read the reply, in milliseconds. */
const LINGER = 2_000;

const ANSWERED = { headersSent: true, writableFinished: true } as const;

/**
 * Answers what Node does not hand on as a request: input that is not HTTP, CONNECT, and expectations that
 * nobody can meet. Each gets an error of the one form and a line in the log. Then the connection is closed,
 * since nobody knows where its next request begins.
 */
export function answerUnparsed(server: Server, allowed: AllowedMethods, log?: AccessLog): void {
  const replies = new WeakMap<Duplex, Replies>();
  const refused = new WeakSet<Duplex>();
  const note = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    replies.set(socket, { last: response, before: replies.get(socket)?.last });
  };
  const refuse = (socket: Duplex, reply: ErrorReply, [method, path]: readonly [string, string]): void => {
    const requestId = requestIdFor(undefined);
    const arrived =
      socket instanceof Socket ? log?.arrived({ socket, headers: {}, method }, path) : undefined;
    endSoon(socket, serialize(reply, requestId));
    observer?.unparsed(reply.status);
    if (arrived !== undefined) log?.note(arrived, { requestId }, { ...ANSWERED, statusCode: reply.status });
  };
  server.prependListener("request", note).prependListener("checkContinue", note);

  server.on("clientError", (error: ParseError, socket: Duplex) => {
    // Node tells of each further piece of the same input.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const { last, before } = replies.get(socket) ?? {};
    // A broken body ends its request's own reply, unless that has begun: then it needs no body.
    const broken = last?.req.complete === false ? last : undefined;
    const begun = broken?.headersSent === true;
    // Requests that came whole before are answered first.
    afterReply(broken === undefined || begun ? last : before, () => {
      if (begun) endSoon(socket, "");
      else if (socket.writable) refuse(socket, replyToUnparsed(error, allowed), requestLineOf(error));
    });
  });

  server.on("connect", ({ method = "", url = "" }: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => socket.destroy());
    afterReply(replies.get(socket)?.last, () => {
      refuse(socket, errorReply("not-implemented", "This server is no proxy."), [method, url]);
    });
  });

  server.on("checkExpectation", ({ socket, method = "", url = "" }: IncomingMessage) => {
    afterReply(replies.get(socket)?.last, () => {
      refuse(socket, errorReply("expectation-failed", "Only 100-continue can be expected."), [
        method,
        pathOf(url),
      ]);
    });
  });
}

/** Calls once a reply is on its way, or will never be sent. */
function afterReply(response: ServerResponse | undefined, call: () => void): void {
  if (response === undefined || response.writableFinished || response.destroyed) call();
  else response.once("close", call);
}

/** Ends a connection. Further input is thrown away until the caller has had the time to read. */
function endSoon(socket: Duplex, text: string): void {
  socket.end(text);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER);
  socket.once("close", () => clearTimeout(timer));
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
    case "HPE_INVALID_VERSION":
    case "HPE_PAUSED_H2_UPGRADE":
      return errorReply("http-version-not-supported", "This server speaks HTTP/1.1.");
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

/** The reply to a method that Node does not know, and so does not read. No route allows it either. */
function replyToUnknownMethod(error: ParseError, allowed: AllowedMethods): ErrorReply | undefined {
  const [method, target] = requestLineOf(error);
  if (target === UNREAD) return undefined;
  const destination = negotiateVersion(canonicalUrl(splitTarget(target).originForm), undefined);
  const methods = destination.kind === "api" ? allowed(pathOf(destination.url)) : undefined;
  return methods === undefined ? noSuchPath() : methodNotAllowed(method, methods);
}

/** Stands for a method or path that cannot be made out. */
const UNREAD = "-";

/** Method and path of a request that could not be read, as far as its first line tells them. */
function requestLineOf({ rawPacket, bytesParsed = 0 }: ParseError): readonly [string, string] {
  const packet = rawPacket?.toString("latin1") ?? "";
  const start = packet.lastIndexOf("\n", bytesParsed) + 1;
  const [, method = UNREAD, target = UNREAD] =
    /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\S{1,2048}) HTTP\/\d\.\d\r?\n/.exec(packet.slice(start)) ?? [];
  return [method, pathOf(target)];
}

function isInFirstLine({ rawPacket }: ParseError): boolean {
  return rawPacket === undefined || !rawPacket.subarray(0, 16 * 1024).includes("\n");
}

function serialize({ status, body, headers }: ErrorReply, requestId: string): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    [REQUEST_ID_HEADER]: requestId,
    Date: new Date().toUTCString(),
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(text)),
    Connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${body.error.title}\r\n${lines.join("")}\r\n${text}`;
}
