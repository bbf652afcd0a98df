import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import type { NewImage } from "../store/image-record.ts";

/** An image for a test; what is not said is as a plain creation makes it. */
export function newImage(said: Partial<NewImage> = {}): NewImage {
  return {
    id: randomUUID(),
    name: null,
    status: "queued",
    visibility: "shared",
    owner: "alpha",
    protected: false,
    osHidden: false,
    size: null,
    virtualSize: null,
    diskFormat: null,
    containerFormat: null,
    checksum: null,
    osHashAlgo: null,
    osHashValue: null,
    minDisk: 0,
    minRam: 0,
    tags: [],
    properties: new Map(),
    ...said,
  };
}

/** The live tags of an image as they lie in the file, sorted; a doubled one twice. */
export function tagsInFile(databasePath: string, imageId: string): string[] {
  const database = new Database(databasePath, { readonly: true });
  try {
    return database
      .prepare<[string], { value: string }>(
        "SELECT value FROM image_tags WHERE image_id = ? AND deleted = 0",
      )
      .all(imageId)
      .map((row) => row.value)
      .toSorted();
  } finally {
    database.close();
  }
}
