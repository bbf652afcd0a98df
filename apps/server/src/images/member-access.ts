import type { Caller } from "../identity/caller.ts";
import { allows, type RuleName } from "../policy/rules.ts";
import type { ImageAccess } from "../store/image-record.ts";
import type { Permit } from "../store/image-store.ts";
import { isShownTo, maySee, refusal } from "./access.ts";
import { ImageError, imageNotFound } from "./image-error.ts";

/** The rules about members. */
type MemberRule = Extract<RuleName, `${string}_member` | `${string}_members`>;

/**
 * Decides whether the caller may do to the members of an image what the rule guards; `refused` is what one
 * is told when the image is not shared, so that it has none. In Glance's order: whom the image is shown to,
 * whether it is shared, and then the policies.
 */
export function memberPermitFor(rule: MemberRule, caller: Caller, imageId: string, refused: string): Permit {
  return (image) => {
    if (!isShownTo(caller, image)) return imageNotFound(imageId);
    if (image.visibility !== "shared") return new ImageError("forbidden", refused);
    if (!maySee(caller, image)) return imageNotFound(imageId);
    return allows(rule, caller, image) ? undefined : refusal(rule);
  };
}

/** Whether the caller is shown this member: an owner sees them all, a member itself. */
export function isMemberShownTo(caller: Caller, image: ImageAccess, memberId: string): boolean {
  return caller.roles.has("admin") || image.owner === caller.projectId || memberId === caller.projectId;
}

/** The project is no member of the image, or none that the caller may see: which, is not told. */
export function memberNotFound(imageId: string, memberId: string): ImageError {
  return new ImageError(
    "member-not-found",
    `${memberId} not found in the member list of the image ${imageId}.`,
  );
}
