import { access, constants } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { Room } from "../../data/room.ts";
import { errorText } from "../../error-text.ts";
import { StorageFull } from "../../images/model/image-data-store.ts";
import { failure, success, warning, type CheckResult } from "./check-result.ts";

const DISK = "Disk";

/** Whether the folders of data and of an SQLite file can be written to, and have more free than is kept back there. */
export async function checkDisk({
  dataDir,
  database,
}: Pick<Config, "dataDir" | "database">): Promise<CheckResult> {
  const { location } = database;
  const folders = new Set([
    resolve(dataDir),
    ...(location.kind === "sqlite" ? [dirname(resolve(location.path))] : []),
  ]);
  const full: string[] = [];
  for (const folder of folders) {
    const there = await nearest(folder);
    try {
      await access(there, constants.W_OK);
      await new Room(there).check(1);
    } catch (error) {
      if (!(error instanceof StorageFull))
        return failure(DISK, `${folder} cannot be used: ${errorText(error)}`);
      full.push(`${folder} has less free than is kept back there, so no image data is taken.`);
    }
  }
  return full.length === 0 ? success(DISK) : warning(DISK, ...full);
}

/** The folder, or the nearest one above it that is there: the start makes those that are missing. */
async function nearest(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : await nearest(above);
  }
}
