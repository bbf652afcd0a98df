import type { Readable } from "node:stream";

/** What is known of an image's data once all of it is kept. */
export interface KeptData {
  /** Where it lies, as a row of `image_locations` names it. */
  readonly location: string;
  /** In bytes. */
  readonly size: number;
  /** The MD5, in hexadecimal. */
  readonly checksum: string;
  /** The SHA-512, in hexadecimal. */
  readonly sha512: string;
}

/** A part of an image's data, by the numbers of its first and last byte, from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Data on its way into the store. Until the database names it as an image's, nobody reads it. */
export interface DataUpload {
  /**
   * Takes the data in, chunk by chunk, and resolves when all of it is durable at its place. Rejects with
   * what `source` throws, with {@link StorageFull} or with {@link StorageUnavailable}.
   */
  keep(source: AsyncIterable<Uint8Array>): Promise<KeptData>;

  /** Ends the upload, of which only data at its place is left. Never rejects. */
  end(): Promise<void>;
}

/**
 * Where the data of images is kept.
 *
 * The database decides: data that it does not name is never read. An upload or a removal that fails is taken
 * back, or finished, as soon as that can be done. One that the end of its process breaks off is taken back when
 * the next process starts here, whether others go on or not.
 */
export interface ImageDataStore<Upload extends DataUpload = DataUpload> {
  /** Where the data of an image lies that is kept here, as a row of `image_locations` names it. */
  locationOf(imageId: string): string;

  /**
   * Makes ready to take in the data of an image, of `size` bytes where that is known. From here on a
   * process that starts finds a broken upload. Rejects with {@link StorageFull} or {@link StorageUnavailable}.
   */
  beginUpload(imageId: string, size?: number): Promise<Upload>;

  /**
   * Removes what an upload has written and has the database make the image queued again, both until they are
   * done; data that turns out to be an active image's stays. `unknown`: the database did not say whether the
   * image waits for this upload. Resolves after the first try and never rejects.
   */
  takeBack(imageId: string, upload: Upload, begun: "begun" | "unknown"): Promise<void>;

  /**
   * Opens the data of an image, or a part of it. `size` is how long all of it must be. Rejects with
   * {@link StorageUnavailable}, also when the data is not there or has another length.
   */
  open(imageId: string, size: number, range?: ByteRange): Promise<DataStream>;

  /** Removes the data of an image, if not at once then later. Never rejects. */
  remove(imageId: string): Promise<void>;

  /** Removes the data of an image if the database says, now or later, that it is deleted. Never rejects. */
  removeIfDeleted(imageId: string): Promise<void>;

  close(): void;
}

/** Data that has been opened. Whoever holds it reads `stream` to its end or destroys it. */
export class DataStream implements AsyncIterable<Uint8Array> {
  readonly stream: Readable;

  constructor(stream: Readable) {
    this.stream = stream;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.stream[Symbol.asyncIterator]();
  }
}

/** There is no room for the data. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

/** The place where data is kept cannot be used, or what should be there is not; it may be tried again. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
}
