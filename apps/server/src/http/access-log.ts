import type { IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../identity/caller.ts";

/** What the system writes into a pipe in one piece, in bytes. Source: pipe(7), PIPE_BUF. */
export const ONE_PIECE = 4096;

/** Takes whole lines of the log. */
export interface LineSink {
  write(lines: string): void;
}

/** A request as the log tells of it. */
type Logged = IncomingMessage & { readonly requestId: string; readonly caller?: Caller };

/** The level of these lines: pino's number for `info`. */
const INFO = 30;

/**
 * Writes one line for each request, in the form of the log's other lines. The lines of one turn of the
 * event loop are written together: one call to the system instead of one for each.
 */
export class AccessLog {
  readonly #sink: LineSink;
  #lines = "";

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Notes a request that has been answered, or whose caller has left; `start` is when it came. */
  note(request: Logged, response: ServerResponse, method: string, path: string, start: number): void {
    const line = `${JSON.stringify({
      level: INFO,
      time: Date.now(),
      request: request.requestId,
      method,
      path,
      status: response.writableFinished ? response.statusCode : "aborted",
      ms: Math.round((performance.now() - start) * 1000) / 1000,
      project: request.caller?.projectId,
      user: request.caller?.userId,
    })}\n`;
    if (this.#lines.length + line.length > ONE_PIECE) this.flush();
    if (this.#lines === "") setImmediate(() => this.flush());
    this.#lines += line;
  }

  /** Hands the lines so far to the sink. */
  flush(): void {
    const lines = this.#lines;
    this.#lines = "";
    if (lines !== "") this.#sink.write(lines);
  }
}
