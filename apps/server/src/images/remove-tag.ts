import type { Caller } from "../identity/caller.ts";
import { keyFor, permitFor, type Precondition } from "./access.ts";
import { imageNotFound, tagNotFound } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/**
 * Removes one tag from one image, once. Resolves when the removal is durable; whoever else asks for the
 * same removal meets `tag-not-found`.
 */
export async function removeTag(
  { store, policy }: ImageService,
  caller: Caller,
  imageId: string,
  tag: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor(policy, "delete_image_tag", caller, imageId);
  const outcome = await store.removeTag(keyFor(caller, imageId, precondition), tag, permit);
  switch (outcome) {
    case "removed":
      return;
    case "no-tag":
      throw tagNotFound(imageId, tag);
    case "no-image":
      throw imageNotFound(imageId);
  }
}
