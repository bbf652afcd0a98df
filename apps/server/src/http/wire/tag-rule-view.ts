import { TAG_RULE_VERBS, type NewTagRule, type TagRule as TagRuleView } from "@imagetags/contract";
import type { Caller } from "../../identity/caller.ts";
import type { TagRule } from "../../images/model/tag-rule.ts";
import type { TagRuleDraft } from "../../images/tag-rules/change-tag-rules.ts";
import { toWireTime } from "./wire-time.ts";

/** A rule as it travels to a caller. */
export function toTagRuleView(rule: TagRule, { roles }: Caller): TagRuleView {
  return {
    id: rule.id,
    scope: rule.projectId === null ? "cloud" : "project",
    project_id: rule.projectId,
    pattern: rule.pattern,
    forbid: [...rule.forbid],
    unless_role: rule.unlessRole,
    exempt: rule.unlessRole !== null && roles.has(rule.unlessRole),
    created_at: toWireTime(new Date(rule.microseconds / 1_000)),
    user_id: rule.userId,
  };
}

/** A rule to be made as the domain takes it. */
export function toTagRuleDraft(rule: NewTagRule): TagRuleDraft {
  return {
    pattern: rule.pattern,
    forbid: TAG_RULE_VERBS.filter((verb) => rule.forbid.includes(verb)),
    unlessRole: rule.unless_role?.toLowerCase() ?? null,
    scope: rule.scope ?? "project",
    projectId: rule.project_id,
  };
}
