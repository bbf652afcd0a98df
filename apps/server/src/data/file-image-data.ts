import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { errorText } from "../error-text.ts";
import {
  DataStream,
  StorageUnavailable,
  type ByteRange,
  type DataUpload,
  type ImageDataStore,
} from "../images/model/image-data-store.ts";
import { flushFolder, partName, wholeName } from "./data-files.ts";
import { FileUpload } from "./file-upload.ts";
import { inStorage } from "./storage-errors.ts";

/** The data of images as the files of one folder, one for each image. */
export class FileImageData implements ImageDataStore {
  readonly #folder: string;
  readonly #onLeftBehind: (problem: string) => void;
  readonly #release: () => void;

  /** `onLeftBehind` is told of a file that could not be removed; `release` is called in the end. */
  constructor(folder: string, onLeftBehind: (problem: string) => void, release: () => void) {
    this.#folder = resolve(folder);
    this.#onLeftBehind = onLeftBehind;
    this.#release = release;
  }

  // Not percent-encoded: Glance takes the rest of such a URL as a path.
  // Source: glance_store, glance_store/_drivers/filesystem.py, `add` and `parse_uri`.
  locationOf(imageId: string): string {
    return `file://${this.#whole(imageId)}`;
  }

  beginUpload(imageId: string): Promise<DataUpload> {
    const part = join(this.#folder, partName(imageId, randomUUID()));
    return inStorage(async () => {
      const file = await open(part, "wx", 0o600);
      const upload = new FileUpload({
        file,
        part,
        whole: this.#whole(imageId),
        location: this.locationOf(imageId),
        remove: (path) => this.removeFile(path),
      });
      try {
        // By its name the next start finds the image, so the name must outlast a crash of the machine.
        await flushFolder(this.#folder);
      } catch (error) {
        await upload.discard();
        throw error;
      }
      return upload;
    });
  }

  async open(imageId: string, size: number, range?: ByteRange): Promise<DataStream> {
    const file = await inStorage(() => open(this.#whole(imageId), "r"));
    const found = (await file.stat()).size;
    if (found !== size) {
      await file.close();
      throw new StorageUnavailable(`The data of image ${imageId} has ${found} bytes, not ${size}.`);
    }
    const part = range === undefined ? {} : { start: range.first, end: range.last };
    return new DataStream(file.createReadStream(part));
  }

  remove(imageId: string): Promise<void> {
    return this.removeFile(this.#whole(imageId));
  }

  close(): void {
    this.#release();
  }

  /** Removes a file of the folder. Never rejects. */
  async removeFile(path: string): Promise<void> {
    try {
      await rm(path, { force: true });
    } catch (error) {
      this.#onLeftBehind(`${path} could not be removed: ${errorText(error)}`);
    }
  }

  #whole(imageId: string): string {
    return join(this.#folder, wholeName(imageId));
  }
}
