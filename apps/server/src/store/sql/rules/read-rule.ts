import { TAG_RULE_VERBS } from "@imagetags/contract";
import type { TagRule } from "../../../images/model/tag-rule.ts";
import { eventIdText, eventTime } from "../events/event-id.ts";
import type { RuleRow } from "./rule-statements.ts";

/** A rule as its row has it. */
export function readRule(row: RuleRow): TagRule {
  const id = eventIdText(row.id);
  const words = new Set(row.forbid.split(" "));
  return {
    id,
    microseconds: eventTime(id),
    projectId: row.project_id,
    pattern: row.pattern,
    forbid: TAG_RULE_VERBS.filter((verb) => words.has(verb)),
    unlessRole: row.unless_role,
    userId: row.user_id,
  };
}
