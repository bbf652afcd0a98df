import { mkdir } from "node:fs/promises";
import type { ImageStore } from "../images/model/image-store.ts";
import { listDataFiles, type DataFile } from "./data-files.ts";
import { FileImageData } from "./file-image-data.ts";
import { useFolder } from "./folder-use.ts";

/** How many images are looked up together: their changes share a commit. */
const TOGETHER = 500;

/**
 * Opens a folder as the place of image data, makes it if there is none, and clears up after uploads and
 * removals that the end of a process broke off. `onLeftBehind` is told of files that cannot be removed.
 */
export async function openImageData(
  folder: string,
  store: ImageStore,
  onLeftBehind: (problem: string) => void,
): Promise<FileImageData> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const use = useFolder(folder);
  const data = new FileImageData(folder, onLeftBehind, () => use.release());
  try {
    // Where another process works, its uploads cannot be told from broken ones.
    if (use.alone) await sweep(await listDataFiles(folder), store, data);
    use.share();
  } catch (error) {
    use.release();
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
