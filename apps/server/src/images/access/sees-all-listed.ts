import type { Caller } from "../../identity/caller.ts";
import { ANY_IMAGE, imageOwnedBy, UNKNOWN, type PolicyTarget } from "../../policy/policy-target.ts";
import type { Policy } from "../../policy/policy.ts";

/**
 * Whether the rule `get_image` surely holds for all images that are shown to the caller but for community images of others, as
 * it does by default. Lists then show what they find.
 */
export function seesAllListed(policy: Policy, caller: Caller): boolean {
  const { projectId } = caller;
  const kinds = policy.isAdmin(caller)
    ? [ANY_IMAGE]
    : [
        imageLike("public", null),
        ...(projectId === null ? [] : [imageOwnedBy(projectId), imageLike("shared", projectId)]),
      ];
  return kinds.every((image) => policy.allows("get_image", caller, image));
}

/** An image of which nothing else is known. */
function imageLike(visibility: "public" | "shared", member: string | null): PolicyTarget {
  return {
    attribute(name) {
      if (name === "visibility") return visibility;
      return name === "member" || name === "member_id" ? member : UNKNOWN;
    },
  };
}
