import type { Caller } from "../identity/caller.ts";
import { allows } from "../policy/rules.ts";
import type { Permit } from "../store/image-store.ts";
import { keyFor, permitFor, refusal, type Precondition } from "./access.ts";
import { imageNotFound, refuseTagCount } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/** Makes these the tags of an image, all at once, and returns them, each once and sorted. */
export async function replaceTags(
  { store, tagQuota }: ImageService,
  caller: Caller,
  imageId: string,
  tags: readonly string[],
  precondition?: Precondition,
): Promise<string[]> {
  const wanted = new Set(tags);
  const mayRemove = permitFor("delete_image_tag", caller, imageId);
  // It may add and it may remove, so both must be allowed.
  const permit: Permit = (image) => {
    const refused = mayRemove(image);
    if (refused !== undefined) return refused;
    return allows("add_image_tag", caller, image) ? undefined : refusal("add_image_tag");
  };
  const key = keyFor(caller, imageId, precondition);
  const tooMany = refuseTagCount(wanted.size, tagQuota, imageId);
  const outcome = await store.replaceTags(
    // Told after all else: whoever's knowledge is old learns that first.
    tooMany === undefined ? key : { ...key, precondition: (image) => key.precondition?.(image) ?? tooMany },
    wanted,
    permit,
  );
  if (outcome === "no-image") throw imageNotFound(imageId);
  return [...wanted].toSorted();
}

/** Removes every tag of an image; there may be none. */
export async function clearTags(
  { store }: ImageService,
  caller: Caller,
  imageId: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor("delete_image_tag", caller, imageId);
  const outcome = await store.replaceTags(keyFor(caller, imageId, precondition), new Set(), permit);
  if (outcome === "no-image") throw imageNotFound(imageId);
}
