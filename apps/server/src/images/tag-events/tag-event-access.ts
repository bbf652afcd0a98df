import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import { imageTarget } from "../access/image-target.ts";
import { isShownTo, maySee, ruleRefusal } from "../access/permit.ts";
import { imageNotFound } from "../model/image-error.ts";
import type { ImageAccess } from "../model/image-record.ts";
import type { WalkedTagEvent } from "../model/tag-event.ts";

/** Why the caller may not see what became of the tags of an image that is there, if it is so. */
export function refuseTagEvents(policy: Policy, caller: Caller, image: ImageAccess): Error | undefined {
  const allowed =
    isShownTo(policy, caller, image) &&
    policy.allows("get_tag_events", caller, imageTarget(image, caller.projectId));
  if (allowed) return undefined;
  return maySee(policy, caller, image) ? ruleRefusal("get_tag_events") : imageNotFound(image.id);
}

/**
 * Whether the caller may see an event: as its image is seen; of an image that is deleted, as a private one of the project that
 * owned it.
 */
export function maySeeEvent(policy: Policy, caller: Caller, { event, image }: WalkedTagEvent): boolean {
  if (image !== undefined) return refuseTagEvents(policy, caller, image) === undefined;
  const { imageId, owner } = event;
  const gone = { id: imageId, owner, visibility: "private", protected: false, isMember: false } as const;
  if (owner === null && !policy.isAdmin(caller)) return false;
  return refuseTagEvents(policy, caller, gone) === undefined;
}
