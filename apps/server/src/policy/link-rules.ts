import { attributesOf, referencesOf, type Check } from "./check.ts";
import { compileCheck, type Decision } from "./compile-check.ts";
import { ACCESS_ATTRIBUTES, INCOMPARABLE_ATTRIBUTES } from "./policy-target.ts";

/** A rule that can be asked, together with all that it refers to. */
export interface LinkedRule {
  readonly decision: Decision;
  /** Whether it asks for more of an image than {@link ACCESS_ATTRIBUTES}. */
  readonly needsWholeImage: boolean;
}

/**
 * Stands for a rule with a mistake. It is never known to hold, so neither it nor `not rule:broken` allows
 * anything. A rule that refers to it is decided where that makes no difference.
 */
export const BROKEN: LinkedRule = { decision: () => undefined, needsWholeImage: false };

/** Rules that can be asked, and the mistakes of those that cannot, by name. */
export interface Links {
  readonly linked: ReadonlyMap<string, LinkedRule>;
  readonly mistakes: ReadonlyMap<string, string>;
}

/**
 * Makes rules ready to be asked, each after those that it refers to. `undefined` stands for one that cannot be read.
 */
export function linkRules(checks: ReadonlyMap<string, Check | undefined>): Links {
  const linked = new Map<string, LinkedRule>();
  const mistakes = new Map<string, string>();

  function breakRule(name: string, mistake: string): void {
    if (linked.has(name)) return;
    linked.set(name, BROKEN);
    mistakes.set(name, mistake);
  }

  /** `path` names the rules from the first to this one. */
  function link(name: string, path: readonly string[]): void {
    if (linked.has(name)) return;
    const from = path.indexOf(name);
    if (from !== -1) {
      const circle = path.slice(from);
      const way = [...circle, name].join(" -> ");
      for (const one of circle) breakRule(one, `refers to itself: ${way}`);
      return;
    }
    const check = checks.get(name);
    if (check === undefined) {
      linked.set(name, BROKEN);
      return;
    }
    const references = new Set(referencesOf(check));
    for (const reference of references) {
      if (checks.has(reference)) link(reference, [...path, name]);
      else breakRule(name, `refers to "rule:${reference}", and there is no such rule`);
    }
    if (!linked.has(name)) linked.set(name, compile(check, references));
  }

  function compile(check: Check, references: ReadonlySet<string>): LinkedRule {
    const rule = (name: string): LinkedRule => linked.get(name) ?? BROKEN;
    const others = new Set(attributesOf(check))
      .difference(ACCESS_ATTRIBUTES)
      .difference(INCOMPARABLE_ATTRIBUTES);
    return {
      decision: compileCheck(check, (name) => rule(name).decision),
      needsWholeImage: others.size > 0 || [...references].some((name) => rule(name).needsWholeImage),
    };
  }

  for (const name of checks.keys()) link(name, []);
  return { linked, mistakes };
}
