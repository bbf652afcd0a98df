import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import type { ImageRecord } from "../model/image-record.ts";
import type { ByteRange, DataStream } from "../model/image-data-store.ts";
import { keyFor, maySee, checkRules } from "../access/permit.ts";
import { ImageError, noImageWithId } from "../model/image-error.ts";
import type { ImageService } from "../image-service.ts";

/** The data of an image, not opened yet. */
export interface FoundData {
  /** In bytes. */
  readonly size: number;
  /** The MD5, in hexadecimal. */
  readonly checksum: string | null;
  /** Opens all of it, or a part. */
  readonly open: (range?: ByteRange) => Promise<DataStream>;
}

/** Finds the data of an image that the caller may download. `undefined` while it has none. */
export async function findData(
  { store, data, policy }: ImageService,
  caller: Caller,
  imageId: string,
): Promise<FoundData | undefined> {
  const key = keyFor(caller, imageId);
  const found = await store.findImageData(key);
  if (found === undefined) throw noImageWithId(imageId);
  const { image, locations } = found;
  const access = { ...found.access, record: image };
  const refused =
    refuseDeactivated(policy, caller, image) ?? checkRules(policy, ["download_image"], caller, access);
  if (refused !== undefined) throw maySee(policy, caller, access) ? refused : noImageWithId(imageId);

  if (locations.length === 0) return undefined;
  if (!locations.includes(data.locationOf(image.id))) {
    throw new ImageError(
      "image-data-elsewhere",
      `Image ${imageId} has data in Glance's store: get it there.`,
    );
  }
  const size = image.size ?? 0;
  const open = async (range?: ByteRange): Promise<DataStream> => {
    try {
      return await data.open(image.id, size, range);
    } catch (error) {
      // The image may have been deleted since it was found, and its data with it.
      if ((await store.findImage(key)) === undefined) throw noImageWithId(imageId);
      throw error;
    }
  };
  return { size, checksum: image.checksum, open };
}

function refuseDeactivated(policy: Policy, caller: Caller, { status }: ImageRecord): ImageError | undefined {
  if (status !== "deactivated" || policy.isAdmin(caller)) return undefined;
  return new ImageError(
    "forbidden",
    "The requested image has been deactivated. Image data download is forbidden.",
  );
}
