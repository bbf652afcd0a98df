import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Caller } from "../../identity/caller.ts";
import { accessLine } from "./access-line.ts";
import type { CallerAddress } from "./caller-address.ts";

/** Takes whole lines of the log, as pino's destinations do. */
export interface LineSink {
  write(lines: string): unknown;
}

/** A connection, and how many bytes had been written to it when its last request was noted. */
interface Connection {
  readonly socket: Socket;
  written: number;
}

/** What is noted of a request when it comes. */
export interface Arrived {
  readonly start: number;
  readonly method: string;
  /** The query is left out: people have put tokens there. */
  readonly path: string;
  readonly address: string | undefined;
  readonly connection: Connection;
  readonly traceparent: string | undefined;
}

/** Which request it was, and whose. */
interface Logged {
  readonly requestId: string;
  readonly caller?: Caller;
}

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
  readonly #together: number;
  readonly #flush = (): void => this.flush();
  readonly #connections = new WeakMap<Socket, Connection>();
  #lines = "";
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `together` is the most bytes of lines that are handed over at once. A single longer line goes by itself. */
  constructor(sink: LineSink, addressOf: CallerAddress, together: number) {
    this.#sink = sink;
    this.#addressOf = addressOf;
    this.#together = together;
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
      connection: this.#connectionOf(request.socket),
      traceparent: typeof traceparent === "string" && TRACEPARENT.test(traceparent) ? traceparent : undefined,
    };
  }

  /** Notes a request that has been answered, or whose caller has left. */
  note(
    { start, method, path, address, connection, traceparent }: Arrived,
    { requestId, caller }: Logged,
    response: Pick<ServerResponse, "statusCode" | "headersSent" | "writableFinished">,
  ): void {
    const written = connection.socket.bytesWritten;
    const line = accessLine({
      requestId,
      method,
      path,
      status: response.headersSent ? response.statusCode : undefined,
      aborted: !response.writableFinished,
      took: performance.now() - start,
      bytes: written - connection.written,
      address,
      caller,
      traceparent,
    });
    connection.written = written;
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > this.#together) this.flush();
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

  #connectionOf(socket: Socket): Connection {
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { socket, written: 0 };
      this.#connections.set(socket, connection);
    }
    return connection;
  }
}
