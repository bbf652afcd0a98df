import { once } from "node:events";
import { connect } from "node:net";
import { ReplyReader, type Reply } from "./reply-reader.ts";

/** A keep-alive connection to a server on this machine, with at most one request under way. */
export class Connection {
  #socket;
  #reader = new ReplyReader();
  #answer: ((reply: Reply | Error) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      noDelay: true,
      // One buffer for all replies: a new one for each costs the generator as much as the rest of its work.
      onread: {
        buffer: Buffer.allocUnsafe(8192),
        callback: (length, buffer) => {
          this.#read(buffer, length);
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => this.#settle(error));
    this.#socket.on("close", () => this.#settle(new Error("the connection was closed")));
  }

  /** Resolves when the connection is made. */
  async opened() {
    await once(this.#socket, "connect");
    return this;
  }

  /** Sends a request; `answer` is given the reply or what went wrong. */
  send(request: Buffer, answer: (reply: Reply | Error) => void) {
    this.#answer = answer;
    this.#socket.write(request);
  }

  close() {
    this.#answer = undefined;
    this.#socket.destroy();
  }

  #read(bytes: Uint8Array, length: number) {
    const reply = this.#reader.read(bytes, length);
    if (reply !== undefined) this.#settle(reply);
  }

  #settle(outcome: Reply | Error) {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(outcome);
  }
}
