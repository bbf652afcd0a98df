import type { Caller } from "../identity/caller.ts";
import { callerAsTarget } from "./credentials.ts";
import { ANY_IMAGE, imageOwnedBy, type PolicyTarget } from "./policy-target.ts";
import { RuleSet } from "./rule-set.ts";
import type { RuleName } from "./served-rules.ts";

/**
 * Of which images a change is allowed before they are known: `any`, for an administrator; the caller's `own`;
 * or `unknown`, which depends on the image.
 */
export type Certainty = "any" | "own" | "unknown";

/** Who may do what, by the rules in force. The rules may be replaced at any time, all at once. */
export class Policy {
  #rules: RuleSet;
  #certainties = new WeakMap<Caller, Map<RuleName, Certainty>>();

  constructor(rules: RuleSet = new RuleSet()) {
    this.#rules = rules;
  }

  get rules(): RuleSet {
    return this.#rules;
  }

  replace(rules: RuleSet): void {
    this.#rules = rules;
    this.#certainties = new WeakMap();
  }

  /** Whether a rule surely holds. It does not where that depends on what is not known of the target. */
  allows(rule: RuleName, caller: Caller, target: PolicyTarget): boolean {
    return this.#rules.decide(rule, caller, target) === true;
  }

  /** Whether a rule holds for no image at all. */
  refusesAny(rule: RuleName, caller: Caller): boolean {
    return this.#rules.decide(rule, caller, ANY_IMAGE) === false;
  }

  /** Whether a rule asks for more of an image than what a store has at hand. */
  needsWholeImage(rule: RuleName): boolean {
    return this.#rules.needsWholeImage(rule);
  }

  /**
   * Whether the caller is an administrator, to whom all images are their own. Source: Glance,
   * glance/api/policy.py, `check_is_admin`.
   */
  isAdmin(caller: Caller): boolean {
    return this.allows("context_is_admin", caller, callerAsTarget(caller));
  }

  /** What is certain of a change that a rule guards. It is worked out once for each caller. */
  certainty(rule: RuleName, caller: Caller): Certainty {
    let known = this.#certainties.get(caller);
    if (known === undefined) {
      known = new Map();
      this.#certainties.set(caller, known);
    }
    let certainty = known.get(rule);
    if (certainty === undefined) {
      certainty = this.#workOut(rule, caller);
      known.set(rule, certainty);
    }
    return certainty;
  }

  #workOut(rule: RuleName, caller: Caller): Certainty {
    if (this.isAdmin(caller) && this.allows(rule, caller, ANY_IMAGE)) return "any";
    const { projectId } = caller;
    return projectId !== null && this.allows(rule, caller, imageOwnedBy(projectId)) ? "own" : "unknown";
  }
}
