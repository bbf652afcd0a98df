import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** The time that a test waits for something, in milliseconds: machines can be slow. */
const PATIENCE = 20_000;

/** A connection on which a test writes what it likes, when it likes, and reads what comes. */
export class RawConnection implements Disposable {
  readonly #socket: Socket;
  readonly #closed: Promise<unknown>;
  #received = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => socket.once("close", resolve));
    socket.setEncoding("latin1").on("data", (text) => (this.#received += String(text)));
    // A reset connection is closed, which is what tests ask for.
    socket.on("error", () => undefined);
  }

  /** Connects to a port of 127.0.0.1. With `reads: false` nothing is read until {@link read}. */
  static async open(port: number, { reads = true } = {}): Promise<RawConnection> {
    const connection = new RawConnection(connect(port, "127.0.0.1"));
    if (!reads) connection.#socket.pause();
    await once(connection.#socket, "connect");
    return connection;
  }

  write(text: string): void {
    this.#socket.write(text, "latin1");
  }

  read(): void {
    this.#socket.resume();
  }

  /** All that has come so far. */
  get received(): string {
    return this.#received;
  }

  /** The bytes that were written and wait here for the server to read on. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** The statuses of the replies so far, `100 Continue` among them. */
  get statuses(): number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  /** Resolves with all that has come, once that matches. */
  async until(pattern: RegExp): Promise<string> {
    for (const start = performance.now(); performance.now() - start < PATIENCE; await sleep(5)) {
      if (pattern.test(this.#received)) return this.#received;
    }
    throw new Error(
      `Nothing like ${String(pattern)} within ${PATIENCE} ms: ${this.#received.slice(0, 1000)}`,
    );
  }

  /** Resolves with all that has come once the server has closed the connection. */
  async untilClosed(): Promise<string> {
    const tooLong = new AbortController();
    const timeout = sleep(PATIENCE, "still open", { signal: tooLong.signal }).catch(() => undefined);
    const outcome = await Promise.race([this.#closed, timeout]);
    tooLong.abort();
    if (outcome === "still open") throw new Error(`The connection is open after ${PATIENCE} ms.`);
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
