import type { ClientRequest, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { traceScope, type TracedCall } from "../trace-scope.ts";
import type { GlanceServer, GlanceServers, RequestHead } from "./glance-servers.ts";
import type { PlainConnection, PlainConnections, TakePart } from "./plain-connections.ts";
import type { PlainHead } from "./plain-head.ts";

/** What comes of a request to Glance. */
interface CallEvents {
  /** The connection stands, and a body may be written. Comes once, unless there is a failure before it. */
  readonly onConnected?: (upstream: ClientRequest) => void;
  readonly onContinue?: () => void;
  /** Nothing has moved for the time that Glance may stand still. */
  readonly onTimeout: () => void;
  readonly onReply: (reply: IncomingMessage) => void;
  /** Takes a reply that comes on a plain connection, where there may be such. `resume` asks for more of its body. */
  readonly onPlainReply?: (head: PlainHead, resume: () => void) => TakePart;
  /** A plain reply broke off. */
  readonly onCutOff?: () => void;
  /** There will be no reply. */
  readonly onFailure: (error: Error) => void;
}

/** The methods that change nothing. Only they may be sent again (RFC 9110, section 9.2.2). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * One request to Glance. A glance-api that cannot be reached is passed over. Only a request that changes nothing and
 * has no body uses a kept connection. It is sent again on a fresh one if Glance had just closed that, or if the reply cannot
 * be read in the short way of a plain connection.
 */
export class GlanceCall {
  readonly #glance: GlanceServers;
  readonly #head: RequestHead;
  readonly #events: CallEvents;
  readonly #servers: readonly GlanceServer[];
  #tried = 0;
  #upstream: ClientRequest | undefined;
  #plain: PlainConnection | undefined;
  #isOver = false;
  readonly #traced: TracedCall | undefined;

  constructor(glance: GlanceServers, head: RequestHead, hasBody: boolean, events: CallEvents) {
    this.#glance = glance;
    const traced = traceScope()?.call(`${head.method} glance`, {
      "http.request.method": head.method,
      "url.path": head.path.split("?", 1)[0] ?? "",
    });
    this.#head = traced === undefined ? head : { ...head, headers: tracedHeaders(head.headers, traced) };
    this.#events = traced === undefined ? events : tracedEvents(events, traced);
    this.#traced = traced;
    this.#servers = glance.inTurn();
    this.#next(!hasBody && SAFE.has(head.method), new Error("No glance-api is set."));
  }

  /** Breaks the request off, so that Glance does not take a part of a body for the whole. */
  abort(): void {
    this.#isOver = true;
    this.#traced?.end();
    this.#plain?.close();
    const upstream = this.#upstream;
    const socket = upstream?.socket;
    const isUnfinished = upstream?.writableFinished === false;
    if (isUnfinished && socket instanceof Socket && !(socket instanceof TLSSocket) && !socket.connecting) {
      socket.resetAndDestroy();
    }
    upstream?.destroy();
  }

  #next(mayBeKept: boolean, before: Error): void {
    const server = this.#servers[this.#tried++];
    if (server === undefined) {
      this.#glance.away(before);
      this.#fail(before);
    } else this.#begin(server, mayBeKept);
  }

  #begin(server: GlanceServer, mayBeKept: boolean): void {
    const { onPlainReply } = this.#events;
    if (mayBeKept && onPlainReply !== undefined && server.plain !== undefined) {
      this.#beginPlain(server, server.plain, onPlainReply);
    } else this.#beginStream(server, mayBeKept);
  }

  #beginPlain(
    server: GlanceServer,
    connections: PlainConnections,
    onPlainReply: NonNullable<CallEvents["onPlainReply"]>,
  ): void {
    const connection = connections.take();
    this.#plain = connection;
    let isConnected = false;
    let take: TakePart | undefined;
    const { method } = this.#head;
    const request = { method, head: server.headOf(this.#head), connectTimeout: this.#glance.connectTimeout };
    connection.begin(request, {
      onConnected: () => {
        isConnected = true;
        this.#glance.reached(server);
      },
      onTimeout: () => this.#events.onTimeout(),
      onHead: (head) => (take = onPlainReply(head, () => connection.resume())),
      onPart: (bytes, isLast, done) => {
        // The connection is another request's then.
        if (isLast) this.#plain = undefined;
        return take?.(bytes, isLast, done) ?? false;
      },
      onOther: () => {
        this.#plain = undefined;
        this.#beginStream(server, false);
      },
      onLost: (error) => {
        this.#plain = undefined;
        if (this.#isOver) return;
        if (take !== undefined) this.#events.onCutOff?.();
        else this.#lost(server, error, { isConnected, wasKept: connection.isReused });
      },
    });
  }

  #beginStream(server: GlanceServer, mayBeKept: boolean): void {
    const upstream = server.begin(this.#head, mayBeKept);
    this.#upstream = upstream;
    let isConnected = false;
    let isAnswered = false;
    let patience: NodeJS.Timeout | undefined;
    const connected = (): void => {
      clearTimeout(patience);
      isConnected = true;
      this.#glance.reached(server);
      this.#events.onConnected?.(upstream);
    };
    upstream.once("socket", (socket) => {
      if (!socket.connecting) {
        connected();
        return;
      }
      const { connectTimeout } = this.#glance;
      const tooLate = new Error(`${server.url} could not be connected to within ${connectTimeout / 1000} s.`);
      patience = setTimeout(() => upstream.destroy(tooLate), connectTimeout);
      socket.once(server.isSecure ? "secureConnect" : "connect", connected);
    });
    let isLost = false;
    const lost = (error: Error): void => {
      clearTimeout(patience);
      if (this.#isOver || isAnswered || isLost) return;
      isLost = true;
      this.#lost(server, error, { isConnected, wasKept: mayBeKept && upstream.reusedSocket }, mayBeKept);
    };
    upstream.on("error", lost);
    // Node tells of no error where Glance would go on in another protocol.
    upstream.on("close", () => lost(new Error("The connection was closed.")));
    upstream.on("continue", () => this.#events.onContinue?.());
    upstream.on("timeout", () => this.#events.onTimeout());
    upstream.on("response", (reply) => {
      isAnswered = true;
      this.#events.onReply(reply);
    });
  }

  /** There is no reply of a server's. */
  #lost(
    server: GlanceServer,
    error: Error,
    { isConnected, wasKept }: { readonly isConnected: boolean; readonly wasKept: boolean },
    mayBeKept = true,
  ): void {
    if (!isConnected) {
      this.#glance.missed(server);
      this.#next(mayBeKept, error);
    } else if (wasKept) this.#beginStream(server, false);
    else this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFailure(error);
  }
}

/** The headers, with this call's place in the trace instead of its caller's. */
function tracedHeaders(headers: readonly string[], { traceparent }: TracedCall): string[] {
  const others = headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== "traceparent");
  return [...others, "traceparent", traceparent];
}

/** The same events; the call's part of the trace ends where Glance has answered. */
function tracedEvents(events: CallEvents, traced: TracedCall): CallEvents {
  const { onPlainReply } = events;
  return {
    ...events,
    onReply(reply) {
      traced.end(reply.statusCode);
      events.onReply(reply);
    },
    ...(onPlainReply !== undefined && {
      onPlainReply(head: PlainHead, resume: () => void): TakePart {
        traced.end(head.statusCode);
        return onPlainReply(head, resume);
      },
    }),
    onFailure(error) {
      traced.fail("no-answer");
      events.onFailure(error);
    },
  };
}
