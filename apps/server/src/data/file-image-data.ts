import { existsSync, renameSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  DataStream,
  StorageUnavailable,
  type ByteRange,
  type ImageDataStore,
} from "../images/model/image-data-store.ts";
import type { ImageStore } from "../images/model/image-store.ts";
import {
  flushFolder,
  listDataFiles,
  uploadNames,
  wholeName,
  type DataFile,
  type UploadFile,
} from "./data-files.ts";
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
  readonly #user: string;
  #uploads = 0;

  /** `user` names the use of the folder. `report` is told of what could not be removed or taken back at once. */
  constructor(
    { path, user }: { readonly path: string; readonly user: string },
    store: Pick<ImageStore, "abandonUpload" | "findDeleted">,
    report: (problem: string) => void,
  ) {
    this.#folder = resolve(path);
    this.#room = new Room(this.#folder);
    this.#store = store;
    this.#again = new TryAgain(report);
    this.#user = user;
  }

  // The path is not percent-encoded: Glance takes the rest of such a URL as a path. Source: glance_store,
  // glance_store/_drivers/filesystem.py, `add` and `parse_uri`.
  locationOf(imageId: string): string {
    return `file://${this.#whole(imageId)}`;
  }

  beginUpload(imageId: string, size = 0): Promise<FileUpload> {
    this.#uploads += 1;
    const names = uploadNames(imageId, this.#user, this.#uploads);
    const part = join(this.#folder, names.part);
    return inStorage(async () => {
      await this.#room.check(size);
      const file = await open(part, "wx", 0o600);
      const upload = new FileUpload({
        file,
        part,
        kept: join(this.#folder, names.kept),
        whole: this.#whole(imageId),
        location: this.locationOf(imageId),
        room: this.#room,
        remove: (path) => this.#removeFile(path),
      });
      try {
        // A later process finds the image by this name, so it must outlast a crash of the machine.
        await flushFolder(this.#folder);
      } catch (error) {
        await upload.end();
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
    // The file is emptied first: the database may be on the same disk, and its writes need the room.
    await upload.empty();
    await this.#again.untilDone(`Taking back an upload of image ${imageId}`, async () => {
      const was = await this.#store.abandonUpload(imageId, () => {
        if (begun === "unknown" && this.#isUploaded(imageId, (file) => !upload.paths.includes(file.path))) {
          return anotherUpload();
        }
        upload.reclaim();
        return undefined;
      });
      // An image that did not wait for its data has it already: only the answer was lost.
      if (was !== "not-saving") upload.reclaim();
      await upload.end();
    });
  }

  /**
   * Takes back what ended processes left of an image. `files` are all of its files. `isDead` tells whether the
   * process of a file has ended. Never rejects.
   */
  async takeBackDead(
    imageId: string,
    files: readonly DataFile[],
    isDead: (file: UploadFile) => boolean,
  ): Promise<void> {
    const left = files.filter((file) => file.kind !== "whole" && isDead(file));
    const whole = this.#whole(imageId);
    const reclaimed = join(this.#folder, uploadNames(imageId, this.#user, 0).part);
    await this.#again.untilDone(`Taking back a broken upload of image ${imageId}`, async () => {
      const was = await this.#store.abandonUpload(imageId, () => {
        if (this.#isUploaded(imageId, (file) => !isDead(file) && file.path !== reclaimed)) {
          return anotherUpload();
        }
        if (existsSync(whole)) renameSync(whole, reclaimed);
        return undefined;
      });
      // This may be the wrong database.
      if (was === "no-image") return;
      if (was === "deleted") await this.#removeFile(whole);
      for (const path of [reclaimed, ...left.map((file) => file.path)]) await this.#removeFile(path);
    });
  }

  async remove(imageId: string): Promise<void> {
    await this.#removeFile(this.#whole(imageId));
  }

  async removeIfDeleted(imageId: string): Promise<void> {
    await this.#again.untilDone(`Looking for what became of image ${imageId}`, async () => {
      const deleted = await this.#store.findDeleted(imageId);
      if (deleted !== undefined) await this.remove(deleted);
    });
  }

  close(): void {
    this.#again.close();
  }

  /** Removes a file of the folder, at once or later. Never rejects. */
  async #removeFile(path: string): Promise<void> {
    await this.#again.untilDone(`Removing ${path}`, () => rm(path, { force: true }));
  }

  #isUploaded(imageId: string, matters: (file: UploadFile) => boolean): boolean {
    const files = listDataFiles(this.#folder);
    return files.some((file) => file.imageId === imageId && file.kind !== "whole" && matters(file));
  }

  #whole(imageId: string): string {
    return join(this.#folder, wholeName(imageId));
  }
}

function anotherUpload(): StorageUnavailable {
  return new StorageUnavailable("Another upload of the image is under way.");
}
