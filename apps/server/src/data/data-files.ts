import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A file with the data of an image, whole or on its way. */
export interface DataFile {
  readonly path: string;
  readonly imageId: string;
  readonly kind: "whole" | "part";
}

const NAME = /^([^/]+?)(?:\.img|\.[0-9a-f-]{36}\.part)$/;

/** The name of the file with an image's data. Glance's files have no ending, so none of them has it. */
export function wholeName(imageId: string): string {
  return `${encodeURIComponent(imageId)}.img`;
}

/** The name of the file into which an upload writes; every upload, a UUID, has its own. */
export function partName(imageId: string, upload: string): string {
  return `${encodeURIComponent(imageId)}.${upload}.part`;
}

/** The data files of a folder; what else lies there is left out. */
export async function listDataFiles(folder: string): Promise<DataFile[]> {
  return (await readdir(folder)).flatMap((name): DataFile[] => {
    const imageId = decode(NAME.exec(name)?.[1]);
    if (imageId === undefined) return [];
    return [{ path: join(folder, name), imageId, kind: name.endsWith(".part") ? "part" : "whole" }];
  });
}

/** Makes durable which names a folder holds: a file that is flushed may still be lost with its name. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function decode(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
