import { changeKeyFor, permitFor } from "./access/permit.ts";
import type { ImageService } from "./image-service.ts";
import type { Actor } from "./model/actor.ts";
import { ImageError, noImageWithId } from "./model/image-error.ts";

/** The status after each action. Its rule has the same name. */
const STATUS = { deactivate: "deactivated", reactivate: "active" } as const;

/**
 * Keeps an image's data from all but administrators, or gives it back. An image in that state already stays as
 * it is. Source: Glance, glance/domain/__init__.py, `deactivate` and `reactivate`.
 */
export async function setActivation(
  { store, policy }: ImageService,
  actor: Actor,
  imageId: string,
  action: keyof typeof STATUS,
): Promise<void> {
  const permit = permitFor(policy, action, actor.caller, imageId, noImageWithId);
  const outcome = await store.updateImage(
    changeKeyFor(actor, imageId),
    permit,
    ({ status, tags, properties }) => {
      if (status !== "active" && status !== "deactivated") {
        return new ImageError("forbidden", `Not allowed to ${action} image in status '${status}'`);
      }
      return { fields: { status: STATUS[action] }, tags: new Set(tags), properties };
    },
  );
  if (outcome === "no-image") throw noImageWithId(imageId);
}
