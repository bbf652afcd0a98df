import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import type { ImageAccess } from "../model/image-record.ts";
import type { Permit } from "../model/image-store.ts";
import { isShownTo, maySee, needsWholeImage, checkRules } from "../access/permit.ts";
import { ImageError, imageNotFound } from "../model/image-error.ts";

type MemberRule = Extract<RuleName, `${string}_member` | `${string}_members`>;

/**
 * Decides whether the caller may do to an image's members what the first rule guards. It asks in Glance's
 * order: whether the image is shown to the caller, whether it is shared, and then the policies. `refused` is
 * the message for an image that is not shared. The further rules are asked later, and only say here whether
 * they need the whole image.
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

/** Whether the caller is shown this member. An owner sees them all, and a member itself. */
export function isMemberShownTo(
  policy: Policy,
  caller: Caller,
  image: ImageAccess,
  memberId: string,
): boolean {
  const { projectId } = caller;
  return image.owner === projectId || memberId === projectId || policy.isAdmin(caller);
}

/** The error for a project that is no member, or none that the caller may see. The two are not told apart. */
export function memberNotFound(imageId: string, memberId: string): ImageError {
  return new ImageError(
    "no-such-member",
    `${memberId} not found in the member list of the image ${imageId}.`,
  );
}
