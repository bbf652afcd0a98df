import type { Caller } from "../../identity/caller.ts";
import type { Policy } from "../../policy/policy.ts";
import { proposedTarget } from "../access/image-target.ts";
import { ruleRefusal } from "../access/permit.ts";
import { ImageError } from "../model/image-error.ts";
import type { TagRule } from "../model/tag-rule.ts";

/** The rules of the policy about rules about tags. */
type Asked = "get_tag_rules" | "modify_tag_rules";

/**
 * Why the caller may not see or change rules of a project (`null`: of the cloud); `undefined` when they may. Only an administrator
 * sees those of another project and changes those of the cloud, whatever the policy says.
 */
export function refuseTagRules(
  policy: Policy,
  asked: Asked,
  caller: Caller,
  projectId: string | null,
): ImageError | undefined {
  const isOwn = projectId !== null && projectId === caller.projectId;
  const allowed = policy.allows(asked, caller, proposedTarget(projectId, "private"));
  return allowed && (isOwn || policy.isAdmin(caller)) ? undefined : ruleRefusal(asked);
}

/** Whether a rule is shown to a caller: those of the cloud hold for everyone who has images. */
export function maySeeTagRule(policy: Policy, caller: Caller, { projectId }: TagRule): boolean {
  return refuseTagRules(policy, "get_tag_rules", caller, projectId ?? caller.projectId) === undefined;
}

/** There is no rule of this id that the caller may see. */
export function noSuchTagRule(id: string): ImageError {
  return new ImageError("no-such-tag-rule", `There is no rule ${id}.`);
}

/** The database has no place for rules. */
export function noTagRules(): ImageError {
  return new ImageError("no-tag-rules", "The database has no table for rules about tags, and none holds.");
}
