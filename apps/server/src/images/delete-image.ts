import type { Caller } from "../identity/caller.ts";
import { keyFor, permitFor, type Precondition } from "./access.ts";
import { ImageError, imageNotFound } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/** Deletes an image with its tags. One that has data is refused: its data lies where only Glance can reach. */
export async function deleteImage(
  { store }: ImageService,
  caller: Caller,
  imageId: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor("delete_image", caller, imageId);
  const outcome = await store.deleteImage(keyFor(caller, imageId, precondition), (image) => {
    const refused = permit(image);
    if (refused !== undefined) return refused;
    if (!image.protected) return undefined;
    return new ImageError("image-protected", `Image ${imageId} is protected and cannot be deleted.`);
  });
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "has-data") {
    throw new ImageError("image-has-data", `Image ${imageId} has data in Glance's store: delete it there.`);
  }
}
