import type { ClientRequest, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { GlanceServer, GlanceServers, RequestHead } from "./glance-servers.ts";

/** What comes of a request to Glance. */
interface CallEvents {
  /** The connection stands, and a body may be written. Comes once, unless there is a failure before it. */
  readonly onConnected?: (upstream: ClientRequest) => void;
  readonly onContinue?: () => void;
  /** Nothing has moved for the time that Glance may stand still. */
  readonly onTimeout: () => void;
  readonly onReply: (reply: IncomingMessage) => void;
  /** There will be no reply. */
  readonly onFailure: (error: Error) => void;
}

/** The methods that change nothing. Only they may be sent again (RFC 9110, section 9.2.2). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * One request to Glance. A glance-api that cannot be reached is passed over. Only a request that changes nothing and
 * has no body uses a kept connection. It is sent again on a fresh one if Glance had just closed that.
 */
export class GlanceCall {
  readonly #glance: GlanceServers;
  readonly #head: RequestHead;
  readonly #events: CallEvents;
  readonly #servers: readonly GlanceServer[];
  #tried = 0;
  #upstream: ClientRequest | undefined;
  #isOver = false;

  constructor(glance: GlanceServers, head: RequestHead, hasBody: boolean, events: CallEvents) {
    this.#glance = glance;
    this.#head = head;
    this.#events = events;
    this.#servers = glance.inTurn();
    this.#next(!hasBody && SAFE.has(head.method), new Error("No glance-api is set."));
  }

  /** Breaks the request off, so that Glance does not take a part of a body for the whole. */
  abort(): void {
    this.#isOver = true;
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
      if (!isConnected) {
        this.#glance.missed(server);
        this.#next(mayBeKept, error);
      } else if (mayBeKept && upstream.reusedSocket) this.#begin(server, false);
      else this.#fail(error);
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

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onFailure(error);
  }
}
