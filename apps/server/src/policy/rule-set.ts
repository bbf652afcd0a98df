import type { Caller } from "../identity/caller.ts";
import type { Check } from "./check.ts";
import type { Truth } from "./compile-check.ts";
import { BROKEN, linkRules, type LinkedRule } from "./link-rules.ts";
import { parseRule, type RuleList } from "./parse-rule.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";
import type { PolicyTarget } from "./policy-target.ts";
import { notesOn } from "./rule-notes.ts";
import { RULES_OF_ANY_SCOPE, SERVED_RULES, type RuleName } from "./served-rules.ts";
import { UNSERVED_RULES } from "./unserved-rules.ts";

/** A rule as a policy file has it. */
export interface RuleSource {
  /** The line of the file, from 1. */
  readonly line: number;
  /** Its text, or what keeps it from being a rule at all. */
  readonly rule: string | RuleList | { readonly mistake: string };
}

/** Something that the author of a policy file's rule should know. */
export interface Remark {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

/** Every rule of Glance's and ours, by its default. */
const DEFAULTS: ReadonlyMap<string, Check> = new Map([
  ...Object.entries(SERVED_RULES).map(([name, { default: rule }]) => [name, parseRule(rule)] as const),
  ...[...UNSERVED_RULES].map(([name, rule]) => [name, parseRule(rule)] as const),
]);

/** The rules in force: those of a policy file, and the defaults of all others. */
export class RuleSet {
  /** The rules of the file, by name, in its order. */
  readonly overridden: ReadonlyMap<string, RuleSource>;
  /** Their mistakes. A rule with a mistake holds for nobody, not even administrators. */
  readonly mistakes: readonly Remark[];
  /** What in them has no effect here. */
  readonly notes: readonly Remark[];
  readonly #linked: ReadonlyMap<string, LinkedRule>;

  constructor(sources: ReadonlyMap<string, RuleSource> = new Map()) {
    const checks = new Map<string, Check | undefined>(DEFAULTS);
    const mistakes: Remark[] = [];
    const notes: Remark[] = [];
    for (const [name, { line, rule }] of sources) {
      const read = readRule(rule);
      // A default must not stand in for a rule that was meant to be another.
      checks.set(name, "check" in read ? read.check : undefined);
      if ("mistake" in read) mistakes.push({ name, line, text: read.mistake });
    }
    const links = linkRules(checks);
    for (const [name, { line }] of sources) {
      const mistake = links.mistakes.get(name);
      if (mistake !== undefined) mistakes.push({ name, line, text: mistake });
      const check = checks.get(name);
      if (check !== undefined)
        notes.push(...notesOn(name, check, checks).map((text) => ({ name, line, text })));
    }
    this.overridden = sources;
    this.mistakes = mistakes.toSorted((one, other) => one.line - other.line);
    this.notes = notes;
    this.#linked = links.linked;
  }

  /** Whether a rule holds. `undefined` when that depends on what is not known of the target, or of the rule. */
  decide(name: RuleName, caller: Caller, target: PolicyTarget): Truth {
    if (!RULES_OF_ANY_SCOPE.has(name) && !isScopedToProject(caller)) return false;
    return this.#rule(name).decision(caller, target);
  }

  /** Whether a rule asks for more of an image than `ACCESS_ATTRIBUTES`. */
  needsWholeImage(name: RuleName): boolean {
    return this.#rule(name).needsWholeImage;
  }

  #rule(name: RuleName): LinkedRule {
    return this.#linked.get(name) ?? BROKEN;
  }
}

function readRule(rule: RuleSource["rule"]): { readonly check: Check } | { readonly mistake: string } {
  if (typeof rule === "object" && "mistake" in rule) return rule;
  try {
    return { check: parseRule(rule) };
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    const where = typeof rule === "string" ? `at character ${error.position}: ` : "";
    return { mistake: `${where}${error.message}` };
  }
}

function isScopedToProject({ projectId, attributes }: Caller): boolean {
  return projectId !== null && !attributes?.system_scope && !attributes?.domain_id;
}
