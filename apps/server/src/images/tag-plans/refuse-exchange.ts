import type { Caller } from "../../identity/caller.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import { permitFor } from "../access/permit.ts";
import type { Policy } from "../../policy/policy.ts";
import { ImageError } from "../model/image-error.ts";
import type { ManyTagsChange } from "../model/tag-plan.ts";

/**
 * Decides of each image of a plan, as of a single change, whether the caller may remove and add these tags there; and if
 * not, why.
 */
export function refuseExchange(policy: Policy, caller: Caller): ManyTagsChange["decide"] {
  return (image, { remove, add }) => {
    const rules: RuleName[] = [];
    if (remove.length > 0) rules.push("delete_image_tag");
    if (add.length > 0) rules.push("add_image_tag");
    const refused = permitFor(policy, rules, caller, image.id)(image);
    if (refused === undefined || refused instanceof ImageError) return refused;
    throw refused;
  };
}
