import { readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

/**
 * A file of an image's data. `whole` is the data itself. `part` is data on its way. `kept` is empty and says that
 * the database has yet to be told of whole data.
 */
export type DataFile = WholeFile | UploadFile;

interface WholeFile {
  readonly path: string;
  readonly imageId: string;
  readonly kind: "whole";
}

/** A file of an upload that is not over. */
export interface UploadFile {
  readonly path: string;
  readonly imageId: string;
  readonly kind: "part" | "kept";
  /** The process that takes the upload in, as `folder-use.ts` names it. */
  readonly user: string;
}

const WHOLE = /^([^/]+)\.img$/;
const UPLOAD = /^([^/]+?)\.([0-9a-f-]{36})(?:\.\d+)?\.(part|kept)$/;

/** The name of the file with an image's data. Glance's files have no ending, so none of them has it. */
export function wholeName(imageId: string): string {
  return `${encodeURIComponent(imageId)}.img`;
}

/** The names of an upload's two files. `user` is a UUID, and `upload` the number of one of its uploads. */
export function uploadNames(imageId: string, user: string, upload: number): { part: string; kept: string } {
  const name = `${encodeURIComponent(imageId)}.${user}.${upload}`;
  return { part: `${name}.part`, kept: `${name}.kept` };
}

/**
 * The data files of a folder, without what else lies there. A transaction may ask for them, since this does not wait.
 */
export function listDataFiles(folder: string): DataFile[] {
  return readdirSync(folder).flatMap((name): DataFile[] => {
    const path = join(folder, name);
    const whole = decode(WHOLE.exec(name)?.[1]);
    if (whole !== undefined) return [{ path, imageId: whole, kind: "whole" }];
    const [, encoded, user = "", kind] = UPLOAD.exec(name) ?? [];
    const imageId = decode(encoded);
    return imageId === undefined ? [] : [{ path, imageId, kind: kind === "part" ? "part" : "kept", user }];
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
