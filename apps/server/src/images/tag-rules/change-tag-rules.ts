import { MAX_TAG_RULES, type TagRuleScope, type TagRuleVerb } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import { ruleRefusal } from "../access/permit.ts";
import type { ImageRecords } from "../image-service.ts";
import { ImageError } from "../model/image-error.ts";
import type { TagRule } from "../model/tag-rule.ts";
import { showTagRule } from "./show-tag-rules.ts";
import { noSuchTagRule, noTagRules, refuseTagRules } from "./tag-rule-access.ts";

/** What is said of a rule that is to be made. */
export interface TagRuleDraft {
  readonly pattern: string;
  readonly forbid: readonly TagRuleVerb[];
  readonly unlessRole: string | null;
  readonly scope: TagRuleScope;
  /** `undefined`: the caller's. */
  readonly projectId: string | undefined;
}

/** Refuses callers who may make no rule at all. */
export function requireMayChangeTagRules({ policy }: ImageRecords, caller: Caller): void {
  if (policy.refusesAny("modify_tag_rules", caller)) throw ruleRefusal("modify_tag_rules");
}

/** Makes a rule. When it resolves, no change that the rule forbids is made any more. */
export async function makeTagRule(
  { store, policy }: ImageRecords,
  caller: Caller,
  { scope, projectId, ...draft }: TagRuleDraft,
): Promise<TagRule> {
  const whose = scope === "cloud" ? null : (projectId ?? caller.projectId);
  const refused = refuseTagRules(policy, "modify_tag_rules", caller, whose);
  if (refused !== undefined) throw refused;
  const made = await store.makeTagRule({ ...draft, projectId: whose, userId: caller.userId }, MAX_TAG_RULES);
  switch (made) {
    case "no-table":
      throw noTagRules();
    case "exists":
      throw new ImageError(
        "tag-rule-exists",
        `There is a rule already that forbids the same of ${draft.pattern}.`,
      );
    case "too-many":
      throw new ImageError(
        "tag-rule-quota-exceeded",
        `${whose === null ? "The cloud" : `Project ${whose}`} has ${MAX_TAG_RULES} rules about tags, which is the most.`,
      );
    default:
      return made;
  }
}

/** Deletes a rule, and tells what it was. */
export async function deleteTagRule(service: ImageRecords, caller: Caller, id: string): Promise<TagRule> {
  const rule = await showTagRule(service, caller, id);
  const refused = refuseTagRules(service.policy, "modify_tag_rules", caller, rule.projectId);
  if (refused !== undefined) throw refused;
  if ((await service.store.deleteTagRule(rule.id)) !== "deleted") throw noSuchTagRule(id);
  return rule;
}
