import { changeKeyFor, permitFor, type Precondition } from "../access/permit.ts";
import { ImageError, notFoundMessages, type Problem } from "../model/image-error.ts";
import type { ImageRecords } from "../image-service.ts";
import type { Actor } from "../model/actor.ts";
import { observer } from "../../observer.ts";

/**
 * Removes one tag from one image, once. Resolves when the removal is durable, or with what is missing. Of several
 * callers who ask for the same removal, all but one are told so: that is no exception, and is not thrown.
 */
export async function removeTag(
  { store, policy }: ImageRecords,
  actor: Actor,
  imageId: string,
  tag: string,
  precondition?: Precondition,
): Promise<"removed" | Problem<"no-such-tag" | "no-such-image">> {
  let outcome: Awaited<ReturnType<ImageRecords["store"]["removeTag"]>>;
  try {
    const permit = permitFor(policy, "delete_image_tag", actor.caller, imageId);
    outcome = await store.removeTag(changeKeyFor(actor, imageId, precondition), tag, permit);
  } catch (error) {
    observer?.removal(error instanceof ImageError ? "refused" : "failed");
    throw error;
  }
  observer?.removal(outcome);
  switch (outcome) {
    case "removed":
      return outcome;
    case "no-tag":
      return { reason: "no-such-tag", message: notFoundMessages.tag(imageId, tag) };
    case "no-image":
      return { reason: "no-such-image", message: notFoundMessages.image(imageId) };
  }
}
