import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import type { NewImage } from "../images/model/image-record.ts";

/** An image for a test, as a plain creation makes it, unless the test says otherwise. */
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

/** The live tags of an image as they lie in the file, sorted. A doubled one comes twice. */
export function tagsInFile(databasePath: string, imageId: string): string[] {
  const database = new Database(databasePath, { readonly: true });
  try {
    return database
      .prepare<[string], { value: string }>("SELECT value FROM image_tags WHERE image_id = ? AND deleted = 0")
      .all(imageId)
      .map((row) => row.value)
      .toSorted();
  } finally {
    database.close();
  }
}

/** Shares an image with a project, by a row as Glance writes it. */
export function addMember(databasePath: string, imageId: string, project: string, status: string): void {
  const database = new Database(databasePath);
  try {
    database
      .prepare(
        `INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted)
         VALUES (?, ?, 0, ?, '2026-11-21 20:15:52.086861', '2026-11-21 20:15:52.086861', 0)`,
      )
      .run(imageId, project, status);
  } finally {
    database.close();
  }
}
