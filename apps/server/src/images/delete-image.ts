import type { Caller } from "../identity/caller.ts";
import { keyFor, permitFor, type Precondition } from "./access.ts";
import { ImageError, imageNotFound } from "./image-error.ts";
import type { ImageService } from "./image-service.ts";

/** Deletes an image with its tags and data. One with data in Glance's own store is refused: only Glance reaches it. */
export async function deleteImage(
  { store, data }: ImageService,
  caller: Caller,
  imageId: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor("delete_image", caller, imageId);
  const outcome = await store.deleteImage(
    keyFor(caller, imageId, precondition),
    (image) => {
      const refused = permit(image);
      if (refused !== undefined) return refused;
      if (!image.protected) return undefined;
      return new ImageError("image-protected", `Image ${imageId} is protected and cannot be deleted.`);
    },
    (id) => data.locationOf(id),
  );
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "has-data") {
    throw new ImageError(
      "image-data-elsewhere",
      `Image ${imageId} has data in Glance's store: delete it there.`,
    );
  }
  if (typeof outcome === "object") await data.remove(outcome.dataOf);
}
