import { TagRules } from "../../../images/model/tag-rule.ts";
import type { Steps } from "../statement.ts";
import type { Tx } from "../tx.ts";
import { readRule } from "./read-rule.ts";
import { MOST_KNOWN } from "./rule-statements.ts";

/** The projects of images, `null` for those of nobody. */
type Owners = Iterable<string | null>;

/**
 * The rules that hold for the images of these projects until the end of the transaction, which changes tags; `undefined` where there
 * is no table for them. The images that it changes are locked before: who makes a rule waits for those changes that
 * asked here already, and the others for it.
 */
export function* rulesInForce(tx: Tx, owners: Owners = []): Steps<TagRules | undefined> {
  const known = tx.knownRules;
  if (known === undefined) return undefined;
  const version = (yield* tx.sql.rulesVersion.first({}))?.version ?? undefined;
  if (version === undefined || known.version !== version) {
    known.rules = yield* readAll(tx);
    known.version = version;
  }
  return known.rules ?? (yield* readRulesOf(tx, owners));
}

/** The same as a transaction sees them that only reads, and keeps nobody from changing them. */
export function* rulesAsRead(tx: Tx, owners: Owners): Steps<TagRules | undefined> {
  const known = tx.knownRules;
  if (known === undefined) return undefined;
  const version = (yield* tx.sql.seenRulesVersion.first({}))?.version;
  if (version !== undefined && known.version === version && known.rules !== undefined) return known.rules;
  return (yield* readAll(tx)) ?? (yield* readRulesOf(tx, owners));
}

/** All rules, unless they are more than are kept. */
function* readAll(tx: Tx): Steps<TagRules | undefined> {
  const rows = yield* tx.sql.someRules.rows({});
  return rows.length > MOST_KNOWN ? undefined : new TagRules(rows.map(readRule));
}

/** Those of the cloud and of these projects. */
function* readRulesOf(tx: Tx, owners: Owners): Steps<TagRules> {
  const rows = [];
  for (const projectId of new Set([null, ...owners])) {
    const found = yield* tx.sql.rulesFor.rows({ projectId });
    rows.push(...found.filter((row) => row.project_id === projectId));
  }
  return new TagRules(rows.map(readRule));
}
