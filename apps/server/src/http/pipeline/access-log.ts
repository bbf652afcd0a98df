import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Caller } from "../../identity/caller.ts";
import type { CallerAddress } from "./caller-address.ts";

/** Takes whole lines of the log, as pino's destinations do. */
export interface LineSink {
  write(lines: string): unknown;
}

/** What is noted of a request when it comes. */
export interface Arrived {
  readonly start: number;
  readonly method: string;
  /** The query is left out: people have put tokens there. */
  readonly path: string;
  readonly address: string | undefined;
  readonly socket: Socket;
  readonly traceparent: string | undefined;
}

/** Which request it was, and whose. */
interface Logged {
  readonly requestId: string;
  readonly caller?: Caller;
}

/**
 * The most bytes of lines that are handed over together. A single longer line goes by itself: see
 * `make-log.ts`.
 */
const TOGETHER = 4096;

/** How long a line may wait for others, in milliseconds. */
const PATIENCE = 10;

/** Source: W3C Trace Context, section 3.2; a later version may have more behind the flags. */
const TRACEPARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?:-[\x21-\x7e]{1,200})?$/;

/**
 * Writes one line for each request, in the form of the log's other lines. Lines that come close together share
 * one call to the system.
 */
export class AccessLog implements Disposable {
  readonly #sink: LineSink;
  readonly #addressOf: CallerAddress;
  readonly #flush = (): void => this.flush();
  /** The bytes that had been written to a connection when its last request was noted. */
  readonly #written = new WeakMap<Socket, number>();
  #lines = "";
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: LineSink, addressOf: CallerAddress) {
    this.#sink = sink;
    this.#addressOf = addressOf;
    // The sink's own listener writes to the end what was handed over, so this one comes before it.
    process.prependListener("exit", this.#flush);
  }

  /** Looks at a request when it comes. A connection that has ended tells no address. */
  arrived(request: Pick<IncomingMessage, "socket" | "headers" | "method">, path: string): Arrived {
    const traceparent = request.headers["traceparent"];
    return {
      start: performance.now(),
      method: request.method ?? "",
      path,
      address: this.#addressOf(request),
      socket: request.socket,
      traceparent: typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? traceparent : undefined,
    };
  }

  /** Notes a request that has been answered, or whose caller has left. */
  note(
    { start, method, path, address, socket, traceparent }: Arrived,
    request: Logged,
    response: Pick<ServerResponse, "statusCode" | "headersSent" | "writableFinished">,
  ): void {
    const written = socket.bytesWritten;
    const line = `${JSON.stringify({
      level: "info",
      time: new Date().toISOString(),
      request: request.requestId,
      method,
      path,
      status: response.headersSent ? response.statusCode : undefined,
      aborted: response.writableFinished ? undefined : true,
      ms: Math.round((performance.now() - start) * 1000) / 1000,
      bytes: written - (this.#written.get(socket) ?? 0),
      address,
      project: request.caller?.projectId,
      user: request.caller?.userId,
      traceparent,
    })}\n`;
    this.#written.set(socket, written);
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > TOGETHER) this.flush();
    if (this.#lines === "") this.#timer = setTimeout(this.#flush, PATIENCE);
    this.#lines += line;
    this.#bytes += bytes;
  }

  /** Hands the lines so far to the sink. */
  flush(): void {
    clearTimeout(this.#timer);
    const lines = this.#lines;
    this.#lines = "";
    this.#bytes = 0;
    if (lines !== "") this.#sink.write(lines);
  }

  /** Hands over what there is, and no longer listens for the end of the process. */
  [Symbol.dispose](): void {
    process.off("exit", this.#flush);
    this.flush();
  }
}
