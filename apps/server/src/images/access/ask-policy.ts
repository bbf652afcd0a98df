import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import type { RuleName } from "../../policy/served-rules.ts";
import type { ImageAccess } from "../model/image-record.ts";
import { maySee, permitFor, ruleRefusal, checkRules, refuseVisibility } from "./permit.ts";
import { refuseToAdd } from "../create-image.ts";
import { refuseTagRules } from "../tag-rules/tag-rule-access.ts";
import { refuseTagEvents } from "../tag-events/tag-event-access.ts";
import { imageNotFound } from "../model/image-error.ts";
import { imageTarget, proposedTarget } from "./image-target.ts";
import { memberPermitFor } from "../members/member-access.ts";

/**
 * Why a caller may not do to an image what a rule guards; `undefined` when they may. It is what a request would
 * be told, by the rule and by what no rule can widen. The image must have its record.
 */
export function askPolicy(
  policy: Policy,
  rule: RuleName,
  caller: Caller,
  image: ImageAccess,
): Error | undefined {
  switch (rule) {
    case "context_is_admin":
      return policy.isAdmin(caller) ? undefined : ruleRefusal(rule);
    case "get_images":
      return policy.allows(rule, caller, proposedTarget(caller.projectId, "private"))
        ? undefined
        : ruleRefusal(rule);
    case "get_tag_rules":
    case "modify_tag_rules":
      return refuseTagRules(policy, rule, caller, image.owner);
    case "get_tag_events":
      return refuseTagEvents(policy, caller, image);
    case "add_image":
      return refuseToAdd(policy, caller, image.owner, image.visibility);
    case "get_image":
      return maySee(policy, caller, image) ? undefined : imageNotFound(image.id);
    case "download_image": {
      const refused = checkRules(policy, [rule], caller, image);
      return refused === undefined || maySee(policy, caller, image) ? refused : imageNotFound(image.id);
    }
    case "publicize_image":
    case "communitize_image":
      return refuseVisibility(
        policy,
        rule === "publicize_image" ? "public" : "community",
        caller,
        imageTarget(image, caller.projectId),
      );
    case "modify_image":
    case "add_image_tag":
    case "delete_image_tag":
    case "delete_image":
    case "upload_image":
    case "deactivate":
    case "reactivate":
      return permitFor(policy, rule, caller, image.id)(image);
    case "add_member":
    case "get_members":
    case "get_member":
    case "modify_member":
    case "delete_member":
      return memberPermitFor(policy, [rule], caller, image.id, "Only shared images have members.")(image);
  }
}
