import type { Visibility } from "@imagetags/contract";
import type { Caller } from "../identity/caller.ts";
import { allows, type PolicyTarget, type RuleName } from "../policy/rules.ts";
import type { ImageAccess, ImageRecord } from "../store/image-record.ts";
import type { ImageKey, Permit } from "../store/image-store.ts";
import { forbidden, ImageError, imageNotFound } from "./image-error.ts";

/** The name by which Glance refuses an action, where it has no rule of its own for it. */
const GLANCE_NAME: Partial<Record<RuleName, string>> = {
  add_image_tag: "modify_image",
  delete_image_tag: "modify_image",
};

/** Whether an image is in the state in which the caller wants to change it. */
export type Precondition = (image: ImageRecord) => boolean;

/** The image that a caller means by an id; a change of it is refused unless the precondition holds. */
export function keyFor(caller: Caller, imageId: string, holds?: Precondition): ImageKey {
  const { projectId } = caller;
  if (holds === undefined) return { imageId, projectId };
  const precondition = (image: ImageRecord) => (holds(image) ? undefined : preconditionFailed(imageId));
  return { imageId, projectId, precondition };
}

function preconditionFailed(imageId: string): ImageError {
  return new ImageError(
    "precondition-failed",
    `Image ${imageId} is not in the state that If-Match asks for: it was changed meanwhile.`,
  );
}

/**
 * Decides whether the caller may do to an image what the rule guards. One who may not even see it is
 * told that there is none, in the words of `notFound`.
 */
export function permitFor(
  rule: RuleName,
  caller: Caller,
  imageId: string,
  notFound: (imageId: string) => ImageError = imageNotFound,
): Permit {
  const permit = (image: ImageAccess): ImageError | undefined => {
    if (!maySee(caller, image)) return notFound(imageId);
    return allows(rule, caller, image) ? undefined : refusal(rule);
  };
  const certain = certainly(rule, caller);
  return certain === undefined ? permit : Object.assign(permit, { certain });
}

/** The rules ask no more of an image than of a private one, so who may do it to that may do it to all. */
function certainly(rule: RuleName, caller: Caller): Permit["certain"] {
  const may = (owner: string | null): boolean => {
    const image = { id: "", owner, visibility: "private", protected: true, isMember: false } as const;
    return maySee(caller, image) && allows(rule, caller, image);
  };
  const { projectId } = caller;
  if (may(`another than ${projectId}`)) return "any";
  return projectId !== null && may(projectId) ? "own" : undefined;
}

/** Whether the caller may see the image: by who it is shown to, and by the rule `get_image`. */
export function maySee(caller: Caller, image: ImageAccess): boolean {
  return isShownTo(caller, image) && allows("get_image", caller, image);
}

/** The error for one who may not show an image to so many as the visibility would, if it is so. */
export function refuseVisibility(
  visibility: Visibility | undefined,
  caller: Caller,
  target: PolicyTarget,
): ImageError | undefined {
  const rule =
    visibility === "public"
      ? "publicize_image"
      : visibility === "community"
        ? "communitize_image"
        : undefined;
  return rule === undefined || allows(rule, caller, target) ? undefined : refusal(rule);
}

/** The error for one who sees the image but whom the rule refuses. */
export function refusal(rule: RuleName): ImageError {
  return forbidden(GLANCE_NAME[rule] ?? rule);
}

/**
 * Whom an image is shown to at all; no policy widens it. A membership counts whether it is accepted or
 * not. Source: Glance, glance/db/sqlalchemy/api.py, `is_image_visible`.
 */
export function isShownTo(caller: Caller, image: ImageAccess): boolean {
  if (caller.roles.has("admin") || image.owner === null || image.owner === caller.projectId) return true;
  if (image.visibility === "shared") return image.isMember;
  return image.visibility !== "private";
}
