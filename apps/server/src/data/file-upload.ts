import { rename, truncate, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { DataUpload, KeptData } from "../images/model/image-data-store.ts";
import { flushFolder } from "./data-files.ts";
import { Measured } from "./measured.ts";
import type { Room } from "./room.ts";
import { inStorage } from "./storage-errors.ts";

/** What an upload into a file is made of. */
interface FileUploadParts {
  /** The file at `part`, open for writing and empty. */
  readonly file: FileHandle;
  readonly part: string;
  /** Where the file goes once it is whole; in the same folder. */
  readonly whole: string;
  readonly location: string;
  readonly room: Room;
  /** Removes a file; never rejects. */
  readonly remove: (path: string) => Promise<void>;
}

/** Data that is written to a file of its own, flushed, and only then moved to its place. */
export class FileUpload implements DataUpload {
  readonly #parts: FileUploadParts;
  #isAt: string;

  constructor(parts: FileUploadParts) {
    this.#parts = parts;
    this.#isAt = parts.part;
  }

  /** The file into which the data is written. */
  get part(): string {
    return this.#parts.part;
  }

  /** Whether all of the data is at its place, where it may be the image's. */
  get isWhole(): boolean {
    return this.#isAt === this.#parts.whole;
  }

  async keep(source: AsyncIterable<Uint8Array>): Promise<KeptData> {
    const { file, part, whole, location } = this.#parts;
    const measured = new Measured(source);
    await inStorage(async () => {
      await file.writeFile(this.#withRoom(measured.chunks()));
      await file.sync();
      await file.close();
      await rename(part, whole);
      this.#isAt = whole;
      await flushFolder(dirname(whole));
    });
    return { location, ...measured.result() };
  }

  /** Gives back the room of what is not whole. The empty file stays: by its name a next start finds the image. */
  async empty(): Promise<void> {
    await this.#parts.file.close().catch(() => undefined);
    if (!this.isWhole) await truncate(this.#parts.part).catch(() => undefined);
  }

  async discard(): Promise<void> {
    await this.#parts.file.close().catch(() => undefined);
    await this.#parts.remove(this.#isAt);
  }

  async *#withRoom(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      await this.#parts.room.take(chunk.byteLength);
      yield chunk;
    }
  }
}
