import { statfs } from "node:fs/promises";
import { StorageFull } from "../images/model/image-data-store.ts";

/** The part of a file system that is kept free, and the most bytes of it. */
const RESERVED_PART = 1 / 16;
const MOST_RESERVED = 64 * 1024 * 1024;
/** The most bytes that are written before the file system is asked again. */
const MOST_AT_ONCE = 16 * 1024 * 1024;

/**
 * The room for data on a folder's file system. Some is kept free: a database on the same, full one could not
 * even remove tags and images.
 */
export class Room {
  readonly #folder: string;
  /** What may still be written before the file system is asked again. */
  #allowed = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects with {@link StorageFull} unless there is room for so many bytes. */
  async check(bytes: number): Promise<void> {
    if (bytes > (await this.#free())) throw new StorageFull("There is no room for the data.");
  }

  /** Takes room for the bytes that are written next. `undefined` when there is room without a wait. */
  take(bytes: number): Promise<void> | undefined {
    this.#allowed -= bytes;
    return this.#allowed < 0 ? this.#ask(bytes) : undefined;
  }

  async #ask(bytes: number): Promise<void> {
    const free = await this.#free();
    if (bytes > free) throw new StorageFull("There is no room for the data.");
    // Other processes write too, so this one takes a part.
    this.#allowed = Math.min(MOST_AT_ONCE, free / 4) - bytes;
  }

  /** The bytes that may be written, by all processes together. */
  async #free(): Promise<number> {
    const { bsize, blocks, bavail } = await statfs(this.#folder);
    return bavail * bsize - Math.min(MOST_RESERVED, blocks * bsize * RESERVED_PART);
  }
}
