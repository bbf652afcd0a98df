import type { Readable } from "node:stream";

/** What is known of an image's data once all of it is kept. */
export interface KeptData {
  /** The place of the data, as a row of `image_locations` names it. */
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

/** Data on its way into the store. Nobody reads it until the database names it as an image's. */
export interface DataUpload {
  /**
   * Takes the data in, chunk by chunk, and resolves when all of it is durable at its place. Rejects with
   * what `source` throws, with {@link StorageFull} or with {@link StorageUnavailable}.
   */
  keep(source: AsyncIterable<Uint8Array>): Promise<KeptData>;

  /** Ends the upload. Only data that is whole at its place stays. Never rejects. */
  end(): Promise<void>;
}

/**
 * Where the data of images is kept.
 *
 * The database decides: data that it does not name is never read. A failed upload or removal is taken back, or
 * finished, as soon as that can be done. What the end of a process breaks off is taken back when the next
 * process starts, whether others go on or not.
 */
export interface ImageDataStore<Upload extends DataUpload = DataUpload> {
  /** The place of an image's data here, as a row of `image_locations` names it. */
  locationOf(imageId: string): string;

  /**
   * Makes ready to take in the data of an image, of `size` bytes where that is known. Any process that starts
   * later finds the upload if it breaks. Rejects with {@link StorageFull} or {@link StorageUnavailable}.
   */
  beginUpload(imageId: string, size?: number): Promise<Upload>;

  /**
   * Removes what an upload has written, and has the database make the image queued again. Both are tried until
   * they are done. Data stays where the image turns out to be active. `unknown`: the database did not say
   * whether the image waits for this upload. Resolves after the first try and never rejects.
   */
  takeBack(imageId: string, upload: Upload, begun: "begun" | "unknown"): Promise<void>;

  /**
   * Opens the data of an image, or a part of it. `size` is the length that all of it must have. Rejects with
   * {@link StorageUnavailable}, also when the data is absent or has another length.
   */
  open(imageId: string, size: number, range?: ByteRange): Promise<DataStream>;

  /** Removes the data of an image, at once or later. Never rejects. */
  remove(imageId: string): Promise<void>;

  /** Removes the data of an image if the database says, now or later, that it is deleted. Never rejects. */
  removeIfDeleted(imageId: string): Promise<void>;

  close(): void;
}

/** Data that has been opened. Its holder reads `stream` to the end or destroys it. */
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

/** The place where data is kept cannot be used, or lacks what should be there. It may be tried again. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
}
