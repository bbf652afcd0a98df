import { createHash } from "node:crypto";

/** Counts and hashes bytes while they pass. */
export class Measured {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #md5 = createHash("md5");
  readonly #sha512 = createHash("sha512");
  #size = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source) {
      this.#size += chunk.byteLength;
      this.#md5.update(chunk);
      this.#sha512.update(chunk);
      yield chunk;
    }
  }

  /** The length in bytes and the hashes in hexadecimal of what has passed. It may be called once. */
  result(): { size: number; checksum: string; sha512: string } {
    return { size: this.#size, checksum: this.#md5.digest("hex"), sha512: this.#sha512.digest("hex") };
  }
}
