import type { Caller } from "../../identity/caller.ts";
import { StorageFull, type DataUpload, type KeptData } from "../model/image-data-store.ts";
import type { ImageRecord } from "../model/image-record.ts";
import { keyFor, permitFor } from "../access/permit.ts";
import { ImageError, noImageWithId, notQueued } from "../model/image-error.ts";
import type { ImageService } from "../image-service.ts";

/**
 * Gives a queued image its data, once: of any number of uploads one gets through, the others meet
 * `image-not-queued`. Resolves when data and image are durable. An upload that fails leaves the image
 * queued and nothing of the data.
 */
export async function uploadData(
  { store, data, policy }: ImageService,
  caller: Caller,
  imageId: string,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const permit = permitFor(policy, "upload_image", caller, imageId, noImageWithId);
  const key = keyFor(caller, imageId);
  const found = await store.findImage(key);
  if (found === undefined) throw noImageWithId(imageId);
  const { image } = found;
  // What is refused anyway must not touch the disk.
  const refused = permit({ ...found.access, record: image }) ?? notReady(image);
  if (refused !== undefined) throw refused;

  const upload = await keptAsError(data.beginUpload(image.id));
  let begun;
  try {
    begun = await store.beginUpload(key, permit, notReady);
  } finally {
    if (begun !== "begun") await upload.discard();
  }
  if (begun === "no-image") throw noImageWithId(imageId);
  if (begun === "not-queued") throw notQueued("saving");

  try {
    const kept = await keptAsError(upload.keep(source));
    const finished = await store.finishUpload(image.id, toReceived(image, kept));
    if (finished === "gone") throw goneMeanwhile(image.id);
  } catch (error) {
    await abandon({ store }, image.id, upload);
    throw error;
  }
}

/**
 * Takes an upload back. Should the database not answer, what there is stays, and the next start finds
 * it. A commit that failed only in the answer has made the image active, and then the data is its own.
 */
async function abandon(
  { store }: Pick<ImageService, "store">,
  imageId: string,
  upload: DataUpload,
): Promise<void> {
  const was = await store.abandonUpload(imageId).catch(() => "unknown");
  if (was === "abandoned" || was === "deleted") await upload.discard();
}

/** Why an image takes no data, if it does not. Source: Glance, glance/domain/__init__.py, `status`. */
function notReady({ status, diskFormat, containerFormat }: ImageRecord): ImageError | undefined {
  if (status !== "queued") return notQueued(status);
  const missing = Object.entries({ disk_format: diskFormat, container_format: containerFormat })
    .filter(([, format]) => format === null || format === "")
    .map(([name]) => name);
  if (missing.length === 0) return undefined;
  const properties = missing.length === 1 ? "Property" : "Properties";
  return new ImageError(
    "formats-missing",
    `${properties} ${missing.join(", ")} must be set prior to saving data.`,
  );
}

function toReceived(image: ImageRecord, { location, size, checksum, sha512 }: KeptData) {
  // The one format that is as long as the disk that it holds. Source: Glance, glance/location.py, `set_data`.
  const isDisk = image.diskFormat === "raw" && image.containerFormat === "bare" && size > 0;
  return {
    location,
    size,
    virtualSize: image.virtualSize ?? (isDisk ? size : null),
    checksum,
    osHashAlgo: "sha512",
    osHashValue: sha512,
  };
}

async function keptAsError<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error;
    throw new ImageError(
      "storage-full",
      "Image storage media is full: There is not enough disk space on the image storage media.",
    );
  }
}

function goneMeanwhile(imageId: string): ImageError {
  return new ImageError(
    "image-gone",
    `Image ${imageId} could not be found after upload. The image may have been deleted during the upload, ` +
      "cleaning up the chunks uploaded.",
  );
}
