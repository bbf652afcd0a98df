import type { Caller } from "../../identity/caller.ts";
import { StorageFull, type KeptData } from "../model/image-data-store.ts";
import type { ImageRecord, ReceivedData } from "../model/image-record.ts";
import { keyFor, permitFor } from "../access/permit.ts";
import {
  ImageError,
  imageTooLarge,
  noImageWithId,
  notQueued,
  storageQuotaExceeded,
} from "../model/image-error.ts";
import { StoreUnavailable, type ImageStore, type Usage } from "../model/image-store.ts";
import { exceeds, type Quotas } from "../model/quotas.ts";
import type { ImageService } from "../image-service.ts";
import { VirtualSize } from "./disk-headers/virtual-size.ts";

/**
 * Gives a queued image its data, once. One of several uploads gets through, and the others meet
 * `image-not-queued`. `size` is how many bytes are to come, where that is known. Resolves when data and image
 * are durable. A failed upload leaves the image queued and none of the data, at once or as soon as can be.
 */
export async function uploadData(
  { store, data, policy, quotas }: ImageService,
  caller: Caller,
  imageId: string,
  source: AsyncIterable<Uint8Array>,
  size?: number,
): Promise<void> {
  const permit = permitFor(policy, "upload_image", caller, imageId, noImageWithId);
  const key = keyFor(caller, imageId);
  const found = await store.findImage(key);
  if (found === undefined) throw noImageWithId(imageId);
  const { image } = found;
  // An upload that is refused anyway must not touch the disk.
  const refused = permit({ ...found.access, record: image }) ?? notReady(image);
  if (refused !== undefined) throw refused;
  const limit = await findLimit(store, quotas, image.owner);
  if (size !== undefined && size > limit.bytes) throw limit.refusal(size);

  const upload = await keptAsError(data.beginUpload(image.id, size));
  try {
    const begun = await store.beginUpload(key, permit, notReady);
    if (begun === "no-image") throw noImageWithId(imageId);
    if (begun === "not-queued") throw notQueued("saving");
  } catch (error) {
    // The database may have begun the upload all the same.
    if (error instanceof StoreUnavailable) await data.takeBack(image.id, upload, "unknown");
    else await upload.end();
    throw error;
  }

  try {
    const virtualSize = new VirtualSize(image);
    const kept = await keptAsError(upload.keep(virtualSize.follow(limited(source, limit))));
    const admit = ({ bytes }: Usage) =>
      exceeds(bytes, quotas.storage)
        ? storageQuotaExceeded(kept.size, quotas.storage - bytes + kept.size)
        : undefined;
    const received = toReceived(kept, image.virtualSize ?? virtualSize.of(kept.size));
    const finished = await store.finishUpload(image.id, received, quotas.storage < 0 ? undefined : admit);
    if (finished === "gone") throw goneMeanwhile(image.id);
  } catch (error) {
    await data.takeBack(image.id, upload, "begun");
    throw error;
  }
  await upload.end();
}

/** The bytes that an upload may have, and the error for more. */
interface Limit {
  readonly bytes: number;
  readonly refusal: (size: number) => ImageError;
}

/** The limit of the image or what is left to its project, whichever is less. */
async function findLimit(
  store: ImageStore,
  { imageSize, storage }: Quotas,
  owner: string | null,
): Promise<Limit> {
  const bytes = imageSize < 0 ? Infinity : imageSize;
  if (storage >= 0 && owner !== null) {
    const remaining = storage - (await store.findUsage(owner)).bytes;
    if (remaining < bytes) {
      return { bytes: remaining, refusal: (size) => storageQuotaExceeded(size, remaining) };
    }
  }
  return { bytes, refusal: () => imageTooLarge(imageSize) };
}

async function* limited(
  source: AsyncIterable<Uint8Array>,
  { bytes, refusal }: Limit,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > bytes) throw refusal(size);
    yield chunk;
  }
}

/** Why an image takes no data; `undefined` when it does. Source: Glance, glance/domain/__init__.py, `status`. */
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

function toReceived(
  { location, size, checksum, sha512 }: KeptData,
  virtualSize: number | null,
): ReceivedData {
  return { location, size, virtualSize, checksum, osHashAlgo: "sha512", osHashValue: sha512 };
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
