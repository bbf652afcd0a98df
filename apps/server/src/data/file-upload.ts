import { rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { DataUpload, KeptData } from "../images/model/image-data-store.ts";
import { flushFolder } from "./data-files.ts";
import { Measured } from "./measured.ts";
import { inStorage } from "./storage-errors.ts";

/** What an upload into a file is made of. */
interface FileUploadParts {
  /** The file at `part`, open for writing and empty. */
  readonly file: FileHandle;
  readonly part: string;
  /** Where the file goes once it is whole; in the same folder. */
  readonly whole: string;
  readonly location: string;
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

  async keep(source: AsyncIterable<Uint8Array>): Promise<KeptData> {
    const { file, part, whole, location } = this.#parts;
    const measured = new Measured(source);
    await inStorage(async () => {
      await file.writeFile(measured.chunks());
      await file.sync();
      await file.close();
      await rename(part, whole);
      this.#isAt = whole;
      await flushFolder(dirname(whole));
    });
    return { location, ...measured.result() };
  }

  async discard(): Promise<void> {
    await this.#parts.file.close().catch(() => undefined);
    await this.#parts.remove(this.#isAt);
  }
}
