import type { Caller } from "../identity/caller.ts";
import { allows } from "../policy/rules.ts";
import type { ByteRange, DataStream } from "../store/image-data.ts";
import { keyFor, maySee, refusal } from "./access.ts";
import { ImageError, noImageWithId } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/** The data of an image, not opened yet. */
export interface FoundData {
  /** In bytes. */
  readonly size: number;
  /** The MD5, in hexadecimal. */
  readonly checksum: string | null;
  /** Opens all of it, or a part. */
  readonly open: (range?: ByteRange) => Promise<DataStream>;
}

/** Finds the data of an image that the caller may download; `undefined` while it has none. */
export async function findData(
  { store, data }: ImageService,
  caller: Caller,
  imageId: string,
): Promise<FoundData | undefined> {
  const found = await store.findImage(keyFor(caller, imageId));
  if (found === undefined || !maySee(caller, found.access)) throw noImageWithId(imageId);
  const { image, access } = found;
  if (image.status === "deactivated" && !caller.roles.has("admin")) {
    throw new ImageError(
      "forbidden",
      "The requested image has been deactivated. Image data download is forbidden.",
    );
  }
  if (!allows("download_image", caller, access)) throw refusal("download_image");

  const locations = await store.findLocations(image.id);
  if (locations.length === 0) return undefined;
  if (!locations.includes(data.locationOf(image.id))) {
    throw new ImageError(
      "image-data-elsewhere",
      `Image ${imageId} has data in Glance's store: get it there.`,
    );
  }
  const size = image.size ?? 0;
  return { size, checksum: image.checksum, open: (range) => data.open(image.id, size, range) };
}
