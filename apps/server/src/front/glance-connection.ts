import { Agent, type AgentOptions } from "node:http";
import { Socket, type TcpSocketConnectOpts } from "node:net";

/** How much is read at once while Node's parser reads, in bytes. Most replies of Glance's are shorter. */
const SMALL = 16 * 1024;
/** How much is read at once past the parser. */
const LARGE = 128 * 1024;
/** The most buffers that are kept for the next read: as many as one slow caller needs, and some. */
const MOST_SPARE = 16;

const spare: Uint8Array[] = [];

/** Takes bytes; they hold until `done` is called. Returns `false` to get no more until the connection is resumed. */
type Take = (bytes: Uint8Array, done: () => void) => boolean;

/**
 * A connection to a glance-api. It reads into buffers that are used again: Node's own would make a new one for each read, and V8
 * collects its whole heap for every 32 MB of them.
 */
export class GlanceConnection extends Socket {
  #buffer: Uint8Array = Buffer.allocUnsafeSlow(SMALL);
  #take: Take | undefined;
  #look: ((bytes: Buffer) => boolean) | undefined;

  constructor() {
    super({
      onread: {
        buffer: () => this.#buffer,
        callback: (length, buffer) => this.#read(buffer.subarray(0, length)),
      },
    });
  }

  /**
   * Gives `look` all that comes. The bytes hold until it returns. It returns `false` to get no more until the connection is
   * resumed.
   */
  readInPlace(look: (bytes: Buffer) => boolean): void {
    this.#look = look;
  }

  /** Gives `take` all that is still to come, past whoever reads the connection. */
  readPast(take: Take): void {
    this.#take = take;
    this.#look = undefined;
  }

  #read(bytes: Uint8Array): boolean {
    if (this.#look !== undefined) {
      return this.#look(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    }
    if (this.#take === undefined) return this.push(Buffer.from(bytes));
    const read = this.#buffer;
    this.#buffer = spare.pop() ?? Buffer.allocUnsafeSlow(LARGE);
    return this.#take(bytes, () => {
      if (read.length === LARGE && spare.length < MOST_SPARE) spare.push(read);
    });
  }
}

/** An agent whose connections are of that kind. */
export class GlanceAgent extends Agent {
  readonly #timeout: number | undefined;

  constructor(options: AgentOptions) {
    super(options);
    this.#timeout = options.timeout;
  }

  override createConnection(options: TcpSocketConnectOpts): GlanceConnection {
    const connection = new GlanceConnection();
    if (this.#timeout !== undefined) connection.setTimeout(this.#timeout);
    return connection.connect(options);
  }
}
