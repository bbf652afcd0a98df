import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import type { ImageAccess } from "../model/image-record.ts";
import type { Permit } from "../model/image-store.ts";
import { isShownTo, maySee, needsWholeImage, checkRules } from "../access/permit.ts";
import { ImageError, imageNotFound } from "../model/image-error.ts";

/** The rules about members. */
type MemberRule = Extract<RuleName, `${string}_member` | `${string}_members`>;

/**
 * Decides whether the caller may do to the members of an image what the first rule guards; of the image it
 * needs what they all ask for; `refused` is what one
 * is told when the image is not shared, so that it has none. In Glance's order: whom the image is shown to,
 * whether it is shared, and then the policies.
 */
export function memberPermitFor(
  policy: Policy,
  [rule, ...further]: readonly [MemberRule, ...MemberRule[]],
  caller: Caller,
  imageId: string,
  refused: string,
): Permit {
  const permit = (image: ImageAccess): ImageError | undefined => {
    if (!isShownTo(policy, caller, image)) return imageNotFound(imageId);
    if (image.visibility !== "shared") return new ImageError("forbidden", refused);
    return maySee(policy, caller, image) ? checkRules(policy, [rule], caller, image) : imageNotFound(imageId);
  };
  return Object.assign(permit, { needsRecord: needsWholeImage(policy, [rule, ...further]) });
}

/** Whether the caller is shown this member: an owner sees them all, a member itself. */
export function isMemberShownTo(
  policy: Policy,
  caller: Caller,
  image: ImageAccess,
  memberId: string,
): boolean {
  const { projectId } = caller;
  return image.owner === projectId || memberId === projectId || policy.isAdmin(caller);
}

/** The project is no member of the image, or none that the caller may see: which, is not told. */
export function memberNotFound(imageId: string, memberId: string): ImageError {
  return new ImageError(
    "no-such-member",
    `${memberId} not found in the member list of the image ${imageId}.`,
  );
}
