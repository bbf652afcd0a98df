import { renameSync } from "node:fs";
import { rename, truncate, writeFile, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { DataUpload, KeptData } from "../images/model/image-data-store.ts";
import { flushFolder } from "./data-files.ts";
import { Measured } from "./measured.ts";
import type { Room } from "./room.ts";
import { inStorage } from "./storage-errors.ts";

/** What an upload into a file is made of. All its paths are of one folder. */
interface FileUploadParts {
  /** The file at `part`, open for writing and empty. */
  readonly file: FileHandle;
  readonly part: string;
  /** The empty file by which a later process finds the image once `part` has moved. */
  readonly kept: string;
  /** Where the data goes once it is whole. */
  readonly whole: string;
  readonly location: string;
  readonly room: Room;
  /** Removes a file; never rejects. */
  readonly remove: (path: string) => Promise<void>;
}

/** Data that is written to a file of its own, flushed, and only then moved to its place. */
export class FileUpload implements DataUpload {
  readonly #parts: FileUploadParts;
  #isWhole = false;

  constructor(parts: FileUploadParts) {
    this.#parts = parts;
  }

  /** The files that stand for this upload in the folder. */
  get paths(): readonly string[] {
    return [this.#parts.part, this.#parts.kept];
  }

  async keep(source: AsyncIterable<Uint8Array>): Promise<KeptData> {
    const { file, part, kept, whole, location } = this.#parts;
    const measured = new Measured(source);
    await inStorage(async () => {
      await file.writeFile(this.#withRoom(measured.chunks()));
      await file.sync();
      await file.close();
      await writeFile(kept, "", { flag: "wx", mode: 0o600 });
      await rename(part, whole);
      this.#isWhole = true;
      await flushFolder(dirname(whole));
    });
    return { location, ...measured.result() };
  }

  /**
   * Takes whole data back from its place, for which the next upload may be headed. A transaction may call it,
   * since it does not wait.
   */
  reclaim(): void {
    if (!this.#isWhole) return;
    renameSync(this.#parts.whole, this.#parts.part);
    this.#isWhole = false;
  }

  /** Gives back the room of an unfinished file. The empty file stays: a later process finds the image by its name. */
  async empty(): Promise<void> {
    await this.#parts.file.close().catch(() => undefined);
    if (!this.#isWhole) await truncate(this.#parts.part).catch(() => undefined);
  }

  async end(): Promise<void> {
    await this.#parts.file.close().catch(() => undefined);
    for (const path of this.paths) await this.#parts.remove(path);
  }

  async *#withRoom(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      await this.#parts.room.take(chunk.byteLength);
      yield chunk;
    }
  }
}
