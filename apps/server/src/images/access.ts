import type { Caller } from "../identity/caller.ts";
import { allows, type RuleName } from "../policy/rules.ts";
import type { ImageAccess } from "../store/image-record.ts";
import type { ImageKey, Permit } from "../store/image-store.ts";
import { forbidden, imageNotFound, type ImageError } from "./image-error.ts";

/** The name by which Glance refuses an action, where it has no rule of its own for it. */
const GLANCE_NAME: Partial<Record<RuleName, string>> = {
  add_image_tag: "modify_image",
  delete_image_tag: "modify_image",
};

/** The image that a caller means by an id. */
export function keyFor(caller: Caller, imageId: string): ImageKey {
  return { imageId, projectId: caller.projectId };
}

/**
 * Decides whether the caller may do to an image what the rule guards. One who may not even see it is
 * told that there is none.
 */
export function permitFor(rule: RuleName, caller: Caller, imageId: string): Permit {
  return (image) => {
    if (!maySee(caller, image)) return imageNotFound(imageId);
    return allows(rule, caller, image) ? undefined : refusal(rule);
  };
}

/** Whether the caller may see the image: by who it is shown to, and by the rule `get_image`. */
export function maySee(caller: Caller, image: ImageAccess): boolean {
  return isShownTo(caller, image) && allows("get_image", caller, image);
}

/** The error for one who sees the image but whom the rule refuses. */
export function refusal(rule: RuleName): ImageError {
  return forbidden(GLANCE_NAME[rule] ?? rule);
}

/**
 * Whom an image is shown to at all; no policy widens it. A membership counts whether it is accepted or
 * not. Source: Glance, glance/db/sqlalchemy/api.py, `is_image_visible`.
 */
function isShownTo(caller: Caller, image: ImageAccess): boolean {
  if (caller.roles.has("admin") || image.owner === null || image.owner === caller.projectId) return true;
  if (image.visibility === "shared") return image.isMember;
  return image.visibility !== "private";
}
