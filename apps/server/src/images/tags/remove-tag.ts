import type { Caller } from "../../identity/caller.ts";
import { keyFor, permitFor, type Precondition } from "../access/permit.ts";
import { MISSING } from "../model/image-error.ts";
import type { ImageService } from "../image-service.ts";

/**
 * Removes one tag from one image, once. Resolves when the removal is durable, or with what is not there, in
 * words for the caller: of several who ask for the same removal, all but one. That is no exception, and
 * is not thrown as one.
 */
export async function removeTag(
  { store, policy }: ImageService,
  caller: Caller,
  imageId: string,
  tag: string,
  precondition?: Precondition,
): Promise<string | undefined> {
  const permit = permitFor(policy, "delete_image_tag", caller, imageId);
  const outcome = await store.removeTag(keyFor(caller, imageId, precondition), tag, permit);
  switch (outcome) {
    case "removed":
      return undefined;
    case "no-tag":
      return MISSING.tag(imageId, tag);
    case "no-image":
      return MISSING.image(imageId);
  }
}
