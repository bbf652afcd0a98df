import type { Caller } from "../identity/caller.ts";
import type { ImageRecord } from "../store/image-record.ts";
import { keyFor, maySee } from "./access.ts";
import { ImageError, imageNotFound, tagNotFound } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/** The image, when the caller may see it. */
export async function showImage(
  service: ImageService,
  caller: Caller,
  imageId: string,
): Promise<ImageRecord> {
  const image = await findVisible(service, caller, imageId);
  // Glance words this one differently from the same finding on a tag.
  if (image === undefined) throw new ImageError("image-not-found", `No image found with ID ${imageId}`);
  return image;
}

/** The tags of an image, each once and sorted. */
export async function listTags(
  service: ImageService,
  caller: Caller,
  imageId: string,
): Promise<readonly string[]> {
  const image = await findVisible(service, caller, imageId);
  if (image === undefined) throw imageNotFound(imageId);
  return image.tags;
}

/** Throws unless the image bears the tag. */
export async function checkTag(
  service: ImageService,
  caller: Caller,
  imageId: string,
  tag: string,
): Promise<void> {
  const tags = await listTags(service, caller, imageId);
  if (!tags.includes(tag)) throw tagNotFound(imageId, tag);
}

/** The image of this id that the caller may see, if there is one. */
export async function findVisible(
  { store }: ImageService,
  caller: Caller,
  imageId: string,
): Promise<ImageRecord | undefined> {
  const found = await store.findImage(keyFor(caller, imageId));
  return found !== undefined && maySee(caller, found.access) ? found.image : undefined;
}
