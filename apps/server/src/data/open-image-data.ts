import { mkdir, truncate } from "node:fs/promises";
import type { ImageStore } from "../images/model/image-store.ts";
import { listDataFiles, type DataFile } from "./data-files.ts";
import { FileImageData } from "./file-image-data.ts";
import { useFolder, type FolderUse } from "./folder-use.ts";

/** How many images are looked up together: their changes share a commit. */
const TOGETHER = 500;

/** A folder of image data that this process uses, before the database is opened. */
export interface ClaimedFolder {
  readonly path: string;
  readonly use: FolderUse;
}

/**
 * Claims a folder as the place of image data, and makes it if there is none. What broken uploads have written goes
 * at once: where the database is on the same disk it may not even open for want of room.
 */
export async function claimFolder(path: string): Promise<ClaimedFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const use = useFolder(path);
  try {
    if (use.alone) {
      const files = await listDataFiles(path);
      // The empty files stay: by their names the images are found that wait for them.
      for (const file of files) if (file.kind === "part") await truncate(file.path);
    }
    return { path, use };
  } catch (error) {
    use.release();
    throw error;
  }
}

/**
 * Opens the image data of a folder, and clears up after uploads and removals that the end of a process broke off.
 * `report` is told of what cannot be cleared up at once. The folder is released when this fails.
 */
export async function openImageData(
  { path, use }: ClaimedFolder,
  store: ImageStore,
  report: (problem: string) => void,
): Promise<FileImageData> {
  const data = new FileImageData(path, store, report, () => use.release());
  try {
    // Where another process works, its uploads cannot be told from broken ones.
    if (use.alone) await sweep(await listDataFiles(path), store, data);
    use.share();
  } catch (error) {
    data.close();
    throw error;
  }
  return data;
}

async function sweep(files: readonly DataFile[], store: ImageStore, data: FileImageData): Promise<void> {
  const images = [...Map.groupBy(files, ({ imageId }) => imageId)];
  for (let start = 0; start < images.length; start += TOGETHER) {
    await Promise.all(
      images.slice(start, start + TOGETHER).map(async ([imageId, ofImage]) => {
        const was = await store.abandonUpload(imageId);
        for (const file of ofImage) if (isLeftOver(file, was)) await data.removeFile(file.path);
      }),
    );
  }
}

/**
 * Whether a file is surely left over. One of an image that this database does not know is not: it may be
 * the wrong database. Nor is whole data of an image that neither waited for it nor is deleted.
 */
function isLeftOver({ kind }: DataFile, was: Awaited<ReturnType<ImageStore["abandonUpload"]>>): boolean {
  return was === "abandoned" || was === "deleted" || (was === "not-saving" && kind === "part");
}
