import { changeKeyFor, permitFor, type Precondition } from "./access/permit.ts";
import { ImageError, imageNotFound } from "./model/image-error.ts";
import type { ImageService } from "./image-service.ts";
import type { Actor } from "./model/actor.ts";
import type { ImageAccess } from "./model/image-record.ts";
import { StoreUnavailable, type Permit } from "./model/image-store.ts";

/**
 * Deletes an image with its tags and data. An image with data in Glance's own store is refused: only Glance
 * reaches that.
 */
export async function deleteImage(
  { store, data, policy }: ImageService,
  actor: Actor,
  imageId: string,
  precondition?: Precondition,
): Promise<void> {
  const permit = permitFor(policy, "delete_image", actor.caller, imageId);
  const key = changeKeyFor(actor, imageId, precondition);
  const deletion = store.deleteImage(key, unlessProtected(permit, imageId), (id) => data.locationOf(id));
  const outcome = await deletion.catch(async (error: unknown) => {
    // The database may have deleted the image all the same.
    if (error instanceof StoreUnavailable) await data.removeIfDeleted(imageId);
    throw error;
  });
  if (outcome === "no-image") throw imageNotFound(imageId);
  if (outcome === "has-data") {
    throw new ImageError(
      "image-data-elsewhere",
      `Image ${imageId} has data in Glance's store: delete it there.`,
    );
  }
  if (typeof outcome === "object") await data.remove(outcome.dataOf);
}

/** A protected image is not deleted, whoever asks. So no permission is certain before the image is known. */
function unlessProtected(permit: Permit, imageId: string): Permit {
  const permitUnprotected = (image: ImageAccess): Error | undefined => {
    const refused = permit(image);
    if (refused !== undefined || !image.protected) return refused;
    return new ImageError("image-protected", `Image ${imageId} is protected and cannot be deleted.`);
  };
  return Object.assign(permitUnprotected, { needsRecord: permit.needsRecord ?? false });
}
