import { randomUUID } from "node:crypto";
import type { NewTagRule, TagRule } from "../../../images/model/tag-rule.ts";
import { eventIdAt, eventTime } from "../events/event-id.ts";
import { rejectUnstorable } from "../reject-unstorable.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { readRule } from "./read-rule.ts";

/** See {@link TagRuleStore.listTagRules}. */
export function* listTagRules(tx: Tx, projectId: string | null): Steps<readonly TagRule[] | "no-table"> {
  if (tx.knownRules === undefined) return "no-table";
  const rows = yield* tx.sql.rulesFor.rows({ projectId });
  const rules = rows.map(readRule);
  return [
    ...rules.filter((rule) => rule.projectId === null),
    ...rules.filter((rule) => rule.projectId !== null),
  ];
}

/** See {@link TagRuleStore.findTagRule}. */
export function* findTagRule(tx: Tx, id: string): Steps<TagRule | "no-rule" | "no-table"> {
  if (tx.knownRules === undefined) return "no-table";
  const row = yield* tx.sql.findRule.first({ id: tx.sql.dialect.toEventId(id) });
  return row === undefined ? "no-rule" : readRule(row);
}

/** See {@link TagRuleStore.makeTagRule}. */
export function* makeTagRule(
  tx: Tx,
  rule: NewTagRule,
  most: number,
): Steps<TagRule | "exists" | "too-many" | "no-table"> {
  if (tx.knownRules === undefined) return "no-table";
  const { sql } = tx;
  rejectUnstorable(sql.dialect, { rule });
  yield* setNewVersion(tx);
  const { projectId, pattern, unlessRole, userId } = rule;
  const rows = yield* sql.rulesFor.rows({ projectId });
  const others = rows.filter((row) => row.project_id === projectId).map(readRule);
  if (others.some((other) => isSame(other, rule))) return "exists";
  if (others.length >= most) return "too-many";
  const id = eventIdAt(tx.moment);
  yield* sql.insertRule.run({
    id: sql.dialect.toEventId(id),
    project_id: projectId,
    pattern,
    forbid: rule.forbid.join(" "),
    unless_role: unlessRole,
    user_id: userId,
  });
  return { ...rule, id, microseconds: eventTime(id) };
}

/** See {@link TagRuleStore.deleteTagRule}. */
export function* deleteTagRule(tx: Tx, id: string): Steps<"deleted" | "no-rule" | "no-table"> {
  if (tx.knownRules === undefined) return "no-table";
  yield* setNewVersion(tx);
  const deleted = yield* tx.sql.deleteRule.run({ id: tx.sql.dialect.toEventId(id) });
  return deleted === 0 ? "no-rule" : "deleted";
}

/** Waits for the changes under way that have asked for the rules, and has all others ask anew. */
function* setNewVersion({ sql }: Tx): Steps<void> {
  if (sql.dialect.lockRules !== undefined) yield sql.dialect.lockRules;
  yield* sql.setRulesVersion.run({ version: randomUUID() });
}

function isSame(one: NewTagRule, other: NewTagRule): boolean {
  return (
    one.pattern === other.pattern &&
    one.unlessRole === other.unlessRole &&
    new Set(one.forbid).symmetricDifference(new Set(other.forbid)).size === 0
  );
}
