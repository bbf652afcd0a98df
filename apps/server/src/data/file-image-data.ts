import { randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  DataStream,
  StorageUnavailable,
  type ByteRange,
  type ImageDataStore,
} from "../images/model/image-data-store.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import { flushFolder, listDataFiles, partName, wholeName } from "./data-files.ts";
import { FileUpload } from "./file-upload.ts";
import { Room } from "./room.ts";
import { inStorage } from "./storage-errors.ts";
import { TryAgain } from "./try-again.ts";

/** The data of images as the files of one folder, one for each image. */
export class FileImageData implements ImageDataStore<FileUpload> {
  readonly #folder: string;
  readonly #room: Room;
  readonly #store: Pick<ImageStore, "abandonUpload" | "findDeleted">;
  readonly #again: TryAgain;
  readonly #release: () => void;

  /**
   * `report` is told of what could not be removed or taken back at once; `release` is called in the end.
   */
  constructor(
    folder: string,
    store: Pick<ImageStore, "abandonUpload" | "findDeleted">,
    report: (problem: string) => void,
    release: () => void,
  ) {
    this.#folder = resolve(folder);
    this.#room = new Room(this.#folder);
    this.#store = store;
    this.#again = new TryAgain(report);
    this.#release = release;
  }

  // Not percent-encoded: Glance takes the rest of such a URL as a path.
  // Source: glance_store, glance_store/_drivers/filesystem.py, `add` and `parse_uri`.
  locationOf(imageId: string): string {
    return `file://${this.#whole(imageId)}`;
  }

  beginUpload(imageId: string, size = 0): Promise<FileUpload> {
    const part = join(this.#folder, partName(imageId, randomUUID()));
    return inStorage(async () => {
      await this.#room.check(size);
      const file = await open(part, "wx", 0o600);
      const upload = new FileUpload({
        file,
        part,
        whole: this.#whole(imageId),
        location: this.locationOf(imageId),
        room: this.#room,
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

  async takeBack(imageId: string, upload: FileUpload, begun: "begun" | "unknown"): Promise<void> {
    // Before anything is written to the database: where that is on the same disk it needs the room.
    await upload.empty();
    await this.#again.untilDone(`Taking back an upload of image ${imageId}`, async () => {
      if (begun === "unknown" && (await this.#isAlsoUploaded(imageId, upload))) {
        throw new StorageUnavailable("Another upload of the image is under way.");
      }
      const was = await this.#store.abandonUpload(imageId);
      // Whole data of an image that did not wait for it any more is the image's: only the answer was lost.
      if (was !== "not-saving" || !upload.isWhole) await upload.discard();
    });
  }

  async remove(imageId: string): Promise<void> {
    await this.removeFile(this.#whole(imageId));
  }

  async removeIfDeleted(imageId: string): Promise<void> {
    await this.#again.untilDone(`Looking for what became of image ${imageId}`, async () => {
      const deleted = await this.#store.findDeleted(imageId);
      if (deleted !== undefined) await this.remove(deleted);
    });
  }

  close(): void {
    this.#again.close();
    this.#release();
  }

  /** Removes a file of the folder, if not at once then later. Never rejects. */
  async removeFile(path: string): Promise<void> {
    await this.#again.untilDone(`Removing ${path}`, () => rm(path, { force: true }));
  }

  async #isAlsoUploaded(imageId: string, { part }: FileUpload): Promise<boolean> {
    const files = await listDataFiles(this.#folder);
    return files.some((file) => file.imageId === imageId && file.kind === "part" && file.path !== part);
  }

  #whole(imageId: string): string {
    return join(this.#folder, wholeName(imageId));
  }
}
