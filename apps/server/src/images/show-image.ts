import type { Caller } from "../identity/caller.ts";
import type { ImageRecord } from "./model/image-record.ts";
import { keyFor, maySee } from "./access/permit.ts";
import { imageNotFound, noImageWithId, tagNotFound } from "./model/image-error.ts";
import type { ImageRecords } from "./image-service.ts";

/** The image, when the caller may see it. */
export async function showImage(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<ImageRecord> {
  const image = await findVisible(service, caller, imageId);
  if (image === undefined) throw noImageWithId(imageId);
  return image;
}

/** The tags of an image, each once and sorted. */
export async function listTags(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<readonly string[]> {
  const image = await findVisible(service, caller, imageId);
  if (image === undefined) throw imageNotFound(imageId);
  return image.tags;
}

/** The tags of an image that bears this one. Throws when it does not. */
export async function checkTag(
  service: ImageRecords,
  caller: Caller,
  imageId: string,
  tag: string,
): Promise<readonly string[]> {
  const tags = await listTags(service, caller, imageId);
  if (!tags.includes(tag)) throw tagNotFound(imageId, tag);
  return tags;
}

/** The image of this id, when the caller may see it. */
async function findVisible(
  { store, policy }: ImageRecords,
  caller: Caller,
  imageId: string,
): Promise<ImageRecord | undefined> {
  const found = await store.findImage(keyFor(caller, imageId));
  if (found === undefined) return undefined;
  const { access, image } = found;
  return maySee(policy, caller, { ...access, record: image }) ? image : undefined;
}
