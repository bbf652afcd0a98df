import { mkdir, truncate } from "node:fs/promises";
import type { ImageStore } from "../images/model/image-store.ts";
import { listDataFiles, type DataFile, type UploadFile } from "./data-files.ts";
import { FileImageData } from "./file-image-data.ts";
import { findLivingUsers, useFolder, type FolderUse } from "./folder-use.ts";

/** The images that are looked up at once. Their changes share a commit. */
const TOGETHER = 500;

/** A folder of image data that this process uses, before the database is opened. */
export interface ClaimedFolder extends FolderUse {
  readonly path: string;
  /**
   * All files of those images that ended processes left uploads of. Of every image when nobody else uses the folder.
   */
  readonly left: readonly DataFile[];
  /** Whether an upload is one of a process that had ended when the folder was claimed. */
  readonly isDead: (file: UploadFile) => boolean;
}

/**
 * Claims a folder as the place of image data, and makes it if there is none. Broken uploads give back their
 * room at once: a database on the same disk may not even open for want of it.
 */
export async function claimFolder(path: string): Promise<ClaimedFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const files = listDataFiles(path);
  // Marks are looked at after files. Whoever made a file made its mark before, so no mark means that it has ended.
  const living = findLivingUsers(path);
  const uploads = files.filter((file) => file.kind !== "whole");
  const dead = new Set(uploads.map(({ user }) => user).filter((user) => !living.has(user)));
  const isDead = ({ user }: UploadFile): boolean => dead.has(user);
  const broken = uploads.filter(isDead);
  // The empty files stay: the images that wait for them are found by their names.
  for (const file of broken) await truncate(file.path).catch(unlessMissing);
  const images = new Set(broken.map(({ imageId }) => imageId));
  const left = living.size === 0 ? files : files.filter(({ imageId }) => images.has(imageId));
  return { path, left, isDead, ...useFolder(path) };
}

/**
 * Opens the image data of a folder, and takes back the uploads and removals that ended processes broke off.
 * `report` is told of what cannot be taken back at once.
 */
export async function openImageData(
  { left, isDead, ...folder }: ClaimedFolder,
  store: ImageStore,
  report: (problem: string) => void,
): Promise<FileImageData> {
  const data = new FileImageData(folder, store, report);
  const images = [...Map.groupBy(left, ({ imageId }) => imageId)];
  for (let start = 0; start < images.length; start += TOGETHER) {
    const some = images.slice(start, start + TOGETHER);
    await Promise.all(some.map(([imageId, files]) => data.takeBackDead(imageId, files, isDead)));
  }
  return data;
}

/** Another process that starts may have removed the file meanwhile. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
