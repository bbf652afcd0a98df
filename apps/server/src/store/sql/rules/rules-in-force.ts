import { TagRules } from "../../../images/model/tag-rule.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { readRule } from "./read-rule.ts";
import { MOST_KNOWN } from "./rule-statements.ts";

/**
 * The rules that hold for the images of these projects (`null`: nobody's) until the end of the transaction; `undefined` where there
 * is no table for them. The images that it changes are locked before: who makes a rule waits for those changes that
 * asked here already, and the others for it.
 */
export function* rulesInForce(tx: Tx, owners: Iterable<string | null> = []): Steps<TagRules | undefined> {
  const known = tx.knownRules;
  if (known === undefined) return undefined;
  const version = (yield* tx.sql.rulesVersion.first({}))?.version ?? undefined;
  if (version === undefined || known.version !== version) {
    const rows = yield* tx.sql.someRules.rows({});
    known.rules = rows.length > MOST_KNOWN ? undefined : new TagRules(rows.map(readRule));
    known.version = version;
  }
  if (known.rules !== undefined) return known.rules;
  const rows = [];
  for (const projectId of new Set([null, ...owners])) {
    const found = yield* tx.sql.rulesFor.rows({ projectId });
    rows.push(...found.filter((row) => row.project_id === projectId));
  }
  return new TagRules(rows.map(readRule));
}
