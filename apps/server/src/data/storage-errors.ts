import { StorageFull, StorageUnavailable } from "../images/model/image-data-store.ts";

/** The system's errors for want of room: on the disk, in the user's quota, in the file's limit. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Does work on files. An error of the system becomes one of the data store. */
export async function inStorage<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error && "code" in error)) throw error;
    if (FULL.has(String(error.code))) {
      throw new StorageFull("There is no room for the data.", { cause: error });
    }
    throw new StorageUnavailable(`The data cannot be kept: ${error.message}`, { cause: error });
  }
}
