import type { Caller } from "../../identity/caller.ts";

/** Takes whole lines of the log, as pino's destinations do. */
export interface LineSink {
  write(lines: string): unknown;
}

/** Which request it was, and whose. */
interface Logged {
  readonly requestId: string;
  readonly caller?: Caller;
}

/** The level of these lines: pino's number for `info`. */
const INFO = 30;
/** How many bytes of lines are handed over together at most, if they are no single line: see `make-log.ts`. */
const TOGETHER = 4096;

/** How long a line may wait for others, in milliseconds. */
const PATIENCE = 10;

/**
 * Writes one line for each request, in the form of the log's other lines. Lines that come soon after one
 * another are written together: one call to the system instead of one for each.
 */
export class AccessLog implements Disposable {
  readonly #sink: LineSink;
  readonly #flush = (): void => this.flush();
  #lines = "";
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sink: LineSink) {
    this.#sink = sink;
    // Before the sink's own listener, which writes to the end what was handed over.
    process.prependListener("exit", this.#flush);
  }

  /** Hands over what there is, and nothing later. */
  [Symbol.dispose](): void {
    process.off("exit", this.#flush);
    this.flush();
  }

  /** Notes a request that has been answered, or whose caller has left; `start` is when it came. */
  note(request: Logged, status: number | "aborted", method: string, path: string, start: number): void {
    const line = `${JSON.stringify({
      level: INFO,
      time: Date.now(),
      request: request.requestId,
      method,
      path,
      status,
      ms: Math.round((performance.now() - start) * 1000) / 1000,
      project: request.caller?.projectId,
      user: request.caller?.userId,
    })}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > TOGETHER) this.flush();
    if (this.#lines === "") this.#timer = setTimeout(() => this.flush(), PATIENCE);
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
}
