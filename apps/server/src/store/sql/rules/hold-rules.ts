import type { Actor } from "../../../images/model/actor.ts";
import { protectedTag } from "../../../images/model/image-error.ts";
import type { TagStep } from "../../../images/model/tag-rule.ts";
import type { TagChange } from "../events/record-events.ts";
import { Refusal } from "../lock-and-authorize.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { rulesInForce } from "./rules-in-force.ts";

/** Refuses steps that a rule forbids on an image of this project, before anything is written. The server itself may do all. */
export function* holdRules(
  tx: Tx,
  owner: string | null,
  steps: readonly TagStep[],
  actor: Actor | undefined,
): Steps<void> {
  const refusal = yield* findRefusal(tx, owner, steps, actor);
  if (refusal !== undefined) throw refusal;
}

/** The same, for a caller who has something else to say first. */
export function* findRefusal(
  tx: Tx,
  owner: string | null,
  steps: readonly TagStep[],
  actor: Actor | undefined,
): Steps<Refusal | undefined> {
  if (actor === undefined || steps.length === 0) return undefined;
  const rules = yield* rulesInForce(tx, [owner]);
  for (const step of rules === undefined ? [] : steps) {
    const rule = rules?.forbidding(owner, step, actor.caller.roles);
    if (rule !== undefined) return new Refusal(protectedTag(step, rule));
  }
  return undefined;
}

/** What rules may forbid of changes. */
export function stepsOf(changes: readonly TagChange[]): TagStep[] {
  return changes.map(({ action, tag }) => ({ verb: action === "added" ? "add" : "remove", tag }));
}
