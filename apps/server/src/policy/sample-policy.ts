import type { RuleList } from "./parse-rule.ts";
import type { RuleSet, RuleSource } from "./rule-set.ts";
import {
  isServed,
  RULES_OF_ANY_SCOPE,
  SERVED_RULES,
  servedRuleNames,
  type RuleName,
} from "./served-rules.ts";
import { UNSERVED_RULES } from "./unserved-rules.ts";

const HEAD = `# The policy in force, in oslo.policy's language. A rule in a comment has its default. Take the
# "#" before its name away to change it, and name the file in IMAGETAGS_POLICY_FILE.`;

/**
 * The rules in force as a policy file. It has every rule that is asked, with its meaning and what it guards,
 * and those at their defaults in comments. Whatever else the file of the rules holds stands there too.
 */
export function samplePolicy({ overridden }: RuleSet): string {
  const others = [...overridden].filter(([name]) => !isServed(name));
  const named = others.filter(([name]) => !UNSERVED_RULES.has(name));
  const unserved = others.filter(([name]) => UNSERVED_RULES.has(name));
  return [
    HEAD,
    ...servedRuleNames().map((name) => served(name, overridden.get(name))),
    ...section("Rules of your own, to which others refer.", named),
    ...section("Rules of Glance that guard what this server does not serve.", unserved),
  ]
    .join("\n\n")
    .concat("\n");
}

function served(name: RuleName, source: RuleSource | undefined): string {
  const { default: rule, meaning, operations } = SERVED_RULES[name];
  return [
    ...wrapped(meaning),
    ...operations.map((operation) => `# ${operation.replace(" ", "  ")}`),
    ...(RULES_OF_ANY_SCOPE.has(name) ? [] : ["# Intended scope(s): project"]),
    ...(source === undefined ? [`#${line(name, rule)}`] : [`# Default: "${rule}"`, overriding(name, source)]),
  ].join("\n");
}

function section(title: string, rules: readonly [string, RuleSource][]): string[] {
  if (rules.length === 0) return [];
  return [[`# ${title}`, ...rules.map(([name, source]) => overriding(name, source))].join("\n")];
}

function overriding(name: string, { rule }: RuleSource): string {
  // A rule with a mistake holds for nobody.
  return line(name, typeof rule === "object" && "mistake" in rule ? "!" : rule);
}

/** A rule in a line that is both YAML and JSON. */
function line(name: string, rule: string | RuleList): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(rule)}`;
}

function wrapped(text: string): string[] {
  const lines = [];
  let last = "#";
  for (const word of text.split(" ")) {
    if (last.length + word.length >= 100) {
      lines.push(last);
      last = "#";
    }
    last += ` ${word}`;
  }
  return [...lines, last];
}
