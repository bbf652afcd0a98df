import type { Caller } from "../identity/caller.ts";
import { errorText } from "../error-text.ts";
import { attributesOf, credentialsOf, referencesOf, type Check } from "./check.ts";
import { compileCheck, type Decision, type Truth } from "./compile-check.ts";
import { CREDENTIALS } from "./credentials.ts";
import { parseRule, type RuleList } from "./parse-rule.ts";
import { PolicySyntaxError } from "./policy-syntax-error.ts";
import { ACCESS_ATTRIBUTES, INCOMPARABLE_ATTRIBUTES, type PolicyTarget } from "./policy-target.ts";
import { isServed, RULES_OF_ANY_SCOPE, SERVED_RULES, type RuleName } from "./served-rules.ts";
import { UNSERVED_RULES } from "./unserved-rules.ts";

/** A rule as a policy file has it. */
export interface RuleSource {
  /** The line of the file, from 1. */
  readonly line: number;
  /** What it says, or what keeps it from being a rule at all. */
  readonly rule: string | RuleList | { readonly mistake: string };
}

/** Something about a rule of a policy file that whoever wrote it should know. */
export interface Remark {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

/** A rule that can be asked, with all that it refers to. */
interface LinkedRule {
  readonly decision: Decision;
  readonly needsWholeImage: boolean;
  readonly sound: boolean;
}

/** No rule comes of one with a mistake, nor of one that refers to such: `not rule:broken` must not hold. */
const BROKEN: LinkedRule = { decision: () => false, needsWholeImage: false, sound: false };

/** The rules in force: those of a policy file, and for all others the defaults. */
export class RuleSet {
  /** What is wrong with the file's rules. A rule with a mistake holds for nobody, administrators neither. */
  readonly mistakes: readonly Remark[];
  /** What of the file is without effect here. */
  readonly notes: readonly Remark[];
  readonly #sources: ReadonlyMap<string, RuleSource>;
  readonly #checks = new Map<string, Check>();
  readonly #linked = new Map<string, LinkedRule>();
  readonly #mistakes: Remark[] = [];

  constructor(sources: ReadonlyMap<string, RuleSource> = new Map()) {
    this.#sources = sources;
    for (const [name, { default: rule }] of Object.entries(SERVED_RULES)) {
      this.#checks.set(name, parseRule(rule));
    }
    for (const [name, rule] of UNSERVED_RULES) this.#checks.set(name, parseRule(rule));
    for (const [name, source] of sources) this.#override(name, source);
    for (const name of this.#checks.keys()) this.#link(name, []);
    this.mistakes = this.#mistakes.toSorted((one, other) => one.line - other.line);
    this.notes = [...sources].flatMap(([name, { line }]) =>
      this.#notesOn(name).map((text) => ({ name, line, text })),
    );
  }

  /** The rules of the file, by name, in its order. */
  get overridden(): ReadonlyMap<string, RuleSource> {
    return this.#sources;
  }

  /** Whether a rule holds; `undefined` when that hangs on what is not known of the target. */
  decide(name: RuleName, caller: Caller, target: PolicyTarget): Truth {
    if (!RULES_OF_ANY_SCOPE.has(name) && !isScopedToProject(caller)) return false;
    return this.#rule(name).decision(caller, target);
  }

  /** Whether a rule asks for more of an image than {@link ACCESS_ATTRIBUTES}. */
  needsWholeImage(name: RuleName): boolean {
    return this.#rule(name).needsWholeImage;
  }

  #rule(name: string): LinkedRule {
    return this.#linked.get(name) ?? BROKEN;
  }

  #override(name: string, { rule }: RuleSource): void {
    // A default must not stand in for a rule that is meant otherwise.
    this.#checks.set(name, { kind: "never" });
    try {
      if (typeof rule === "object" && "mistake" in rule) this.#break(name, rule.mistake);
      else this.#checks.set(name, parseRule(rule));
    } catch (error) {
      if (!(error instanceof PolicySyntaxError)) throw error;
      const where = typeof rule === "string" ? `at character ${error.position}: ` : "";
      this.#break(name, `${where}${errorText(error)}`);
    }
  }

  #break(name: string, text: string): void {
    this.#linked.set(name, BROKEN);
    const source = this.#sources.get(name);
    // A default is broken only by a rule of the file, which is the one to be blamed.
    if (source !== undefined) this.#mistakes.push({ name, line: source.line, text });
  }

  /** Makes a rule ready to be asked, after those that it refers to. `path` leads to it. */
  #link(name: string, path: readonly string[]): LinkedRule {
    const done = this.#linked.get(name);
    if (done !== undefined) return done;
    const check = this.#checks.get(name);
    if (check === undefined) return BROKEN;
    const references = [...new Set(referencesOf(check))];
    const from = path.indexOf(name);
    if (from !== -1) {
      const circle = path.slice(from);
      for (const one of circle) {
        if (!this.#linked.has(one)) this.#break(one, `refers to itself: ${[...circle, name].join(" -> ")}`);
      }
      return BROKEN;
    }
    for (const reference of references) this.#link(reference, [...path, name]);
    const absent = references.find((reference) => !this.#checks.has(reference));
    // It may have been found to refer to itself by now.
    if (absent !== undefined && !this.#linked.has(name)) {
      this.#break(name, `refers to "rule:${absent}", and there is no such rule`);
    }
    const known = this.#linked.get(name) ?? this.#compile(check, references);
    this.#linked.set(name, known);
    return known;
  }

  #compile(check: Check, references: readonly string[]): LinkedRule {
    const linked = references.map((reference) => this.#rule(reference));
    if (linked.some(({ sound }) => !sound)) return BROKEN;
    const others = new Set(attributesOf(check))
      .difference(ACCESS_ATTRIBUTES)
      .difference(INCOMPARABLE_ATTRIBUTES);
    return {
      decision: compileCheck(check, (reference) => this.#rule(reference).decision),
      needsWholeImage: others.size > 0 || linked.some(({ needsWholeImage }) => needsWholeImage),
      sound: true,
    };
  }

  #notesOn(name: string): string[] {
    const check = this.#checks.get(name);
    if (check === undefined) return [];
    const notes: string[] = [];
    if (UNSERVED_RULES.has(name)) {
      notes.push("guards what this server does not serve");
    } else if (!isServed(name) && ![...this.#checks.values()].flatMap(referencesOf).includes(name)) {
      notes.push("is no rule of the Image API, and no other rule refers to it");
    }
    for (const attribute of new Set(attributesOf(check)).intersection(INCOMPARABLE_ATTRIBUTES)) {
      notes.push(`compares with %(${attribute})s, which is no single text: that never holds`);
    }
    for (const attribute of new Set(credentialsOf(check)).difference(CREDENTIALS)) {
      notes.push(`asks for the caller's "${attribute}", which no caller has: that never holds`);
    }
    return notes;
  }
}

function isScopedToProject({ projectId, attributes }: Caller): boolean {
  return projectId !== null && !attributes?.system_scope && !attributes?.domain_id;
}
