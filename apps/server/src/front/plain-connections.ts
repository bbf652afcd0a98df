import { GlanceConnection } from "./glance-connection.ts";
import { readPlainHead, type PlainHead } from "./plain-head.ts";
import { LONG } from "./pump-reply.ts";

/** The time that a connection is kept for the next request, in milliseconds. */
const KEPT = 15_000;
/** The most connections that are kept for the next request. */
const MOST_KEPT = 64;
/** The longest head that is read here, in characters. Node's own client takes no longer one. */
const LONGEST_HEAD = 16 * 1024;

/**
 * Takes a part of a body. The bytes hold until `done` is called, or for good where it is `undefined`. Returns `false` to get
 * no more until the connection is resumed.
 */
export type TakePart = (bytes: Uint8Array, isLast: boolean, done: (() => void) | undefined) => boolean;

/** What comes of a request on a plain connection. */
export interface PlainEvents {
  readonly onConnected: () => void;
  /** Nothing has moved for the time that Glance may stand still. */
  readonly onTimeout: () => void;
  readonly onHead: (head: PlainHead) => void;
  readonly onPart: TakePart;
  /** The reply is not plain, and the connection is closed. */
  readonly onOther: () => void;
  readonly onLost: (error: Error) => void;
}

/** A request without a body, as it is written on a connection. */
interface PlainRequest {
  readonly method: string;
  /** The head, with the empty line at its end. */
  readonly head: string;
  /** How long connecting may take, in milliseconds. */
  readonly connectTimeout: number;
}

/**
 * A connection to a glance-api for requests without a body, one after the other. Node's own client takes more CPU time than
 * all the rest of what a short request costs here.
 */
export class PlainConnection {
  readonly #socket = new GlanceConnection();
  readonly #all: PlainConnections;
  #events: PlainEvents | undefined;
  #method = "";
  /** The beginning of a head; `undefined` after it. */
  #begun: string | undefined;
  #left = 0;
  #persists = false;
  #requests = 0;

  constructor(all: PlainConnections) {
    this.#all = all;
    const lost = (error: Error): void => this.#lost(error);
    this.#socket.readInPlace((bytes) => this.#read(bytes));
    this.#socket
      .setNoDelay(true)
      .on("error", lost)
      .on("close", () => lost(new Error("The connection was closed.")))
      .on("timeout", () => (this.#events === undefined ? this.close() : this.#events.onTimeout()))
      .connect(all.place);
  }

  /** Whether a request has been answered on it. */
  get isReused(): boolean {
    return this.#requests > 1;
  }

  begin({ method, head, connectTimeout }: PlainRequest, events: PlainEvents): void {
    this.#events = events;
    this.#method = method;
    this.#begun = "";
    this.#requests += 1;
    this.#socket.setTimeout(this.#all.timeout);
    this.#socket.write(head, "latin1");
    if (!this.#socket.connecting) {
      events.onConnected();
      return;
    }
    const patience = setTimeout(() => {
      const { host, port } = this.#all.place;
      this.#socket.destroy(
        new Error(`${host}:${port} could not be connected to within ${connectTimeout / 1000} s.`),
      );
    }, connectTimeout);
    this.#socket.once("close", () => clearTimeout(patience));
    this.#socket.once("connect", () => {
      clearTimeout(patience);
      this.#events?.onConnected();
    });
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#all.forget(this);
    this.#events = undefined;
    this.#socket.destroy();
  }

  #read(bytes: Buffer): boolean {
    if (this.#events === undefined) {
      // Nobody has asked.
      this.close();
      return false;
    }
    return this.#begun === undefined ? this.#readBody(bytes) : this.#readHead(this.#events, bytes);
  }

  #readHead(events: PlainEvents, bytes: Buffer): boolean {
    const before = this.#begun?.length ?? 0;
    const text = (this.#begun ?? "") + bytes.toString("latin1");
    const end = text.indexOf("\r\n\r\n", Math.max(before - 3, 0));
    if (end === -1 && text.length < LONGEST_HEAD) {
      this.#begun = text;
      return true;
    }
    const isWhole = end !== -1 && end <= LONGEST_HEAD;
    const head = isWhole ? readPlainHead(text.slice(0, end), this.#method) : undefined;
    if (head === undefined) {
      this.close();
      events.onOther();
      return false;
    }
    this.#begun = undefined;
    this.#left = head.length;
    this.#persists = head.persists;
    events.onHead(head);
    return this.#readBody(bytes.subarray(end + 4 - before));
  }

  #readBody(bytes: Buffer): boolean {
    const events = this.#events;
    // The caller may have left.
    if (events === undefined) return false;
    const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= part.length;
    const isLast = this.#left === 0;
    if (isLast) this.#finish(part.length === bytes.length);
    else if (this.#left >= LONG) this.#readPast(events);
    return events.onPart(Buffer.from(part), isLast, undefined);
  }

  /** Reads the rest of a long body into larger buffers. The connection ends with it. */
  #readPast(events: PlainEvents): void {
    this.#persists = false;
    this.#socket.readPast((bytes, done) => {
      const part = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
      this.#left -= part.length;
      const isLast = this.#left === 0;
      if (isLast) this.#finish(false);
      return events.onPart(part, isLast, done);
    });
  }

  #finish(isClean: boolean): void {
    this.#events = undefined;
    if (isClean && this.#persists) this.#all.keep(this);
    else this.#socket.destroy();
  }

  /** Keeps it for the next request, unless that comes too late. */
  wait(): void {
    this.#socket.setTimeout(KEPT);
  }

  #lost(error: Error): void {
    this.#all.forget(this);
    const events = this.#events;
    this.#events = undefined;
    events?.onLost(error);
  }
}

/** The connections to one glance-api. */
export class PlainConnections implements Disposable {
  readonly place: { readonly host: string; readonly port: number };
  /** How long Glance may stand still, in milliseconds. */
  readonly timeout: number;
  readonly #kept: PlainConnection[] = [];

  constructor(place: { readonly host: string; readonly port: number }, timeout: number) {
    this.place = place;
    this.timeout = timeout;
  }

  /** The one that was used last, or a new one. */
  take(): PlainConnection {
    return this.#kept.pop() ?? new PlainConnection(this);
  }

  keep(connection: PlainConnection): void {
    if (this.#kept.length >= MOST_KEPT) {
      connection.close();
      return;
    }
    connection.wait();
    this.#kept.push(connection);
  }

  forget(connection: PlainConnection): void {
    const place = this.#kept.indexOf(connection);
    if (place !== -1) this.#kept.splice(place, 1);
  }

  [Symbol.dispose](): void {
    for (const connection of this.#kept.splice(0)) connection.close();
  }
}
