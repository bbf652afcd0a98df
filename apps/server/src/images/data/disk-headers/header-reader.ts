/** A part of a file that is wanted next: `length` bytes from `offset`. */
export interface WantedPart {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a disk's header: asks for parts of the file in the order in which they lie there, is given each whole, and returns
 * how long the disk is, in bytes, or `undefined` where the header does not tell.
 */
export type ReadHeader = () => Generator<WantedPart, number | bigint | undefined, Buffer>;

/** The most bytes that a header may want at once. Source: Glance, glance/common/format_inspector.py, `DESC_MAX_SIZE`. */
const MOST_BYTES = 1024 * 1024;

/** Follows a file while it passes and keeps no more of it than the part of its header that is wanted. */
export class HeaderReader {
  readonly #steps: ReturnType<ReadHeader>;
  #wanted: WantedPart | undefined;
  #gathered: Buffer[] = [];
  #missing = 0;
  #position = 0;
  #size: number | undefined;

  constructor(read: ReadHeader) {
    this.#steps = read();
    this.#follow(this.#steps.next());
  }

  /** How long the disk is, in bytes, as far as is known by now. */
  get size(): number | undefined {
    return this.#size;
  }

  /** Whether no more of the file is looked at. */
  get isDone(): boolean {
    return this.#wanted === undefined;
  }

  /** Takes the next bytes of the file. */
  push(chunk: Uint8Array): void {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (this.#wanted !== undefined) {
      const skipped = this.#wanted.offset + this.#wanted.length - this.#missing - this.#position;
      if (skipped >= bytes.length) break;
      const part = bytes.subarray(skipped, skipped + this.#missing);
      // The chunk is its giver's, who may use its memory again.
      this.#gathered.push(Buffer.from(part));
      this.#missing -= part.length;
      this.#position += skipped + part.length;
      bytes = bytes.subarray(skipped + part.length);
      if (this.#missing > 0) return;
      this.#follow(this.#steps.next(Buffer.concat(this.#gathered)));
    }
    this.#position += bytes.length;
  }

  #follow(step: IteratorResult<WantedPart, number | bigint | undefined>): void {
    this.#gathered = [];
    this.#wanted = undefined;
    if (step.done === true) {
      this.#size = step.value === undefined ? undefined : asSize(step.value);
      return;
    }
    const { offset, length } = step.value;
    // What has passed does not come again, and a header that wants too much is none.
    if (offset < this.#position || length < 1 || length > MOST_BYTES) return;
    this.#wanted = step.value;
    this.#missing = length;
  }
}

/** A size that can be kept and shown as it is; nothing and what is beyond are not known. */
function asSize(size: number | bigint): number | undefined {
  return size > 0 && size <= Number.MAX_SAFE_INTEGER ? Number(size) : undefined;
}
