import type { ServerResponse } from "node:http";

/**
 * Bounds the memory of replies that their callers do not read. Past the bound, the connection whose reply has
 * waited longest is closed.
 */
export class UnreadReplies {
  readonly #bound: number;
  /** The bytes of each, the oldest first. */
  readonly #bytes = new Map<ServerResponse, number>();
  #total = 0;

  /** `bound` is the bytes of all of them together. */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Notes a reply that has ended, if the system did not take it whole. */
  note(response: ServerResponse): void {
    const bytes = response.socket?.writableLength ?? 0;
    if (bytes === 0) return;
    this.#bytes.set(response, bytes);
    this.#total += bytes;
    response.once("close", () => this.#forget(response));
    for (const oldest of this.#bytes.keys()) {
      if (this.#total <= this.#bound) return;
      this.#forget(oldest);
      oldest.destroy();
    }
  }

  #forget(response: ServerResponse): void {
    this.#total -= this.#bytes.get(response) ?? 0;
    this.#bytes.delete(response);
  }
}
