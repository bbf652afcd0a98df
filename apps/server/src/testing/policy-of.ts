import type { RuleList } from "../policy/parse-rule.ts";
import { Policy } from "../policy/policy.ts";
import { RuleSet } from "../policy/rule-set.ts";

/** The rules of a policy file that holds these, each in a line. */
export function rulesOf(rules: Readonly<Record<string, string | RuleList>>): RuleSet {
  return new RuleSet(
    new Map(Object.entries(rules).map(([name, rule], index) => [name, { line: index + 1, rule }])),
  );
}

/** A policy in which these rules override the defaults. */
export function policyOf(rules: Readonly<Record<string, string | RuleList>>): Policy {
  return new Policy(rulesOf(rules));
}
